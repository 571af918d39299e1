/** How many of something, for people: `1 number`, `2,000 numbers`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${nounOf(count, one, many)}`
}

/** The word alone, where the number stands elsewhere. */
export function nounOf(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many
}

/** How often: `once`, `2 times`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : counted(count, 'time')
}
