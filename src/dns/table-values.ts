import { HEADER, layoutOf, type TableMemory, VALUES_MAX } from './table-memory.ts'

/** Who serves a number that is not answered from its block, as far as an answer needs it. */
export type RouteValue = {
  readonly operator: string
  /** Normalised (RFC 4694); undefined: the operator's own (zone-config.ts). */
  readonly routingNumber: string | undefined
}

/** The distinct routes of a table by id, 1 and up, in shared memory: appended to and never changed. */
export type ValueList = {
  readonly count: number
  /** @returns undefined for 0 and for an id that is not there yet */
  valueOf(id: number): RouteValue | undefined
  /** @throws RangeError at the 65,536th distinct route */
  idOf(value: RouteValue): number
}

/** Stands between operator and routing number; neither holds it. */
const SEPARATOR = '\n'

export function valueList({ words, octets }: TableMemory): ValueList {
  const { valueOffsetsWord, valueTextOctet, pagesUnit } = layoutOf(words[HEADER.pageCount]!)
  const byId: RouteValue[] = []
  const ids = new Map<string, number>()
  const textOf = ({ operator, routingNumber }: RouteValue): string => operator + SEPARATOR + (routingNumber ?? '')
  const catchUp = (): void => {
    for (let id = byId.length + 1; id <= Atomics.load(words, HEADER.valueCount); id++) {
      const [start, end] = [words[valueOffsetsWord + id - 1]!, words[valueOffsetsWord + id]!]
      // A copy: text may not be decoded out of shared memory.
      const text = Buffer.from(octets.slice(valueTextOctet + start, valueTextOctet + end)).toString('latin1')
      const [operator, routingNumber] = text.split(SEPARATOR)
      byId.push({ operator: operator!, routingNumber: routingNumber || undefined })
      ids.set(text, id)
    }
  }
  return {
    get count() {
      return Atomics.load(words, HEADER.valueCount)
    },
    valueOf(id) {
      if (id > byId.length) catchUp()
      return byId[id - 1]
    },
    idOf(value) {
      catchUp()
      const text = textOf(value)
      const known = ids.get(text)
      if (known !== undefined) return known
      const [id, start] = [byId.length + 1, words[valueOffsetsWord + byId.length]!]
      if (id > VALUES_MAX || valueTextOctet + start + text.length > pagesUnit * 2) {
        throw new RangeError(`the number table holds ${VALUES_MAX} distinct routes, and they are used up`)
      }
      octets.set(Buffer.from(text, 'latin1'), valueTextOctet + start)
      words[valueOffsetsWord + id] = start + text.length
      words[HEADER.valueTextEnd] = start + text.length
      Atomics.store(words, HEADER.valueCount, id)
      catchUp()
      return id
    },
  }
}
