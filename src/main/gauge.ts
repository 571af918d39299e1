import { Gauge, type Registry } from 'prom-client'
import { isDoneWithin } from '../shared/within.ts'

/** A scrape waits no longer for one gauge. */
const MEASURE_MS = 2_000

type Set = (value: number, labels: Record<string, string>) => void

/** A gauge that is measured when it is asked for. Labels have few values, never a number or an identifier. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  collect: (set: Set) => Promise<void>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset()
      // What cannot be measured now, as without the database, has no value; what can be still is told.
      const measured: (readonly [value: number, labels: Record<string, string>])[] = []
      if (
        await isDoneWithin(
          MEASURE_MS,
          collect((value, labels) => measured.push([value, labels])),
        )
      ) {
        for (const [value, labels] of measured) this.set(labels, value)
      }
    },
  })
}
