import { numberOf } from '../routing/desk.ts'
import { askAbout } from './number-info.ts'
import type { NumberType } from './port.ts'
import type { Porting } from './porting.ts'
import { type Terminated, terminate } from './terminate.ts'

/** What can be done with a single number at the clearinghouse. A number is E.164 without the plus, as the surface was given it. */
export type NumberDesk = {
  /**
   * The clearinghouse's own answer, in the names of its wire.
   * Faults: number_invalid, number_outside_plan, clearinghouse_refused, clearinghouse_silent.
   */
  info(msisdn: string, by: string): Promise<Readonly<Record<string, unknown>>>
  /** Faults: number_invalid, number_outside_plan, number_not_served, range_overlaps_live_port. */
  terminate(msisdn: string, numberType: NumberType, by: string): Promise<Terminated>
}

export function numberDesk(porting: Porting, timeoutSeconds: number): NumberDesk {
  const { market } = porting
  return {
    info: async (msisdn, by) => askAbout(porting, { number: numberOf(market, msisdn), by, timeoutSeconds }),
    terminate: async (msisdn, numberType, by) =>
      terminate(porting, { number: numberOf(market, msisdn), numberType, by }),
  }
}
