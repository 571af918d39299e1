/** Whether work is done within so long; false when it failed as well. The work itself goes on. */
export async function isDoneWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const clock = setTimeout(late.resolve, milliseconds, false)
  const done = work.then(
    () => true,
    () => false, // whoever did the work tells why
  )
  return Promise.race([done, late.promise]).finally(() => clearTimeout(clock))
}
