/** How many of something, for people: `1 number`, `2,000 numbers`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`
}

/** How often: `once`, `2 times`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : counted(count, 'time')
}
