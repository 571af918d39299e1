/** How many of something, for people: `1 number`, `2 numbers`; `1 is open`, `2 are open` where more than an s differs. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** How often: `once`, `2 times`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
