import { LONGEST_RANGE } from './range.ts'

/**
 * SQL: a row of ranges shares a number with the range from `first` to `last`. Three comparisons would say as much, and no index could
 * bound them: half of all ranges begin before any number. So a range that begins inside is looked for by where it begins, and of
 * those that begin before it only the ones of more than one number, which are few and have a small index of their own.
 *
 * @param row - alias of a table with `first_number` and `last_number`
 * @param first - SQL of the first number, the same for every row of the table; a parameter needs its type: `$1::text`
 */
export function meets(row: string, first: string, last: string): string {
  return `(length(${row}.first_number) = length(${first}) and (
      (${row}.first_number >= ${first} and ${row}.first_number <= ${last})
      or (${row}.first_number < ${row}.last_number and ${row}.first_number > ${lowest(first)} and ${row}.first_number < ${first}
        and ${row}.last_number >= ${first})))`
}

/** SQL: the number before the first with which a range can begin that reaches `number`, in as many digits. */
function lowest(number: string): string {
  return `'+' || lpad(greatest(substr(${number}, 2)::bigint - ${LONGEST_RANGE}, 0)::text, length(${number}) - 1, '0')`
}
