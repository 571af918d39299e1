import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { askPath } from './client.ts'
import { liveInterval } from './live.ts'
import { type Filter, PAGE_SIZE, type PortIn } from './ports.ts'

/** A port-out as contract 3.1.4 prints it. */
export type PortOut = {
  readonly port_out_id: number
  readonly recipientnetworkoperator: string
} & Pick<
  PortIn,
  | 'msgidentifier'
  | 'PortingState'
  | 'PortingStateString'
  | 'Type_of_Numbers'
  | 'submission_timestamp'
  | 'update_timestamp'
  | 'phone_number_ranges'
>
export type PortOutRecord = PortOut & {
  readonly events: readonly {
    readonly porting_out_event_id: number
    readonly msgtype: string
    readonly direction: number
    readonly eventlog: string
    readonly submission_timestamp: string
  }[]
}

const pathOf = (msgidentifier: string) => `/np_api/PortOut/${encodeURIComponent(msgidentifier)}`

export function usePortOuts({ state, q, page = 1 }: Filter) {
  const words = new URLSearchParams({
    page: String(page),
    limit: String(PAGE_SIZE),
    ...(state && { state }),
    ...(q && { q }),
  })
  return useQuery({
    queryKey: ['ports', 'out', 'list', { state, q, page }],
    queryFn: async ({ signal }) =>
      (await askPath('GET', `/np_api/PortOut/list?${words}`, { signal })) as readonly PortOut[],
    refetchInterval: liveInterval,
    placeholderData: keepPreviousData,
  })
}

export function usePortOut(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'out', msgidentifier],
    queryFn: async ({ signal }) => (await askPath('GET', pathOf(msgidentifier), { signal })) as PortOutRecord,
    refetchInterval: liveInterval,
  })
}

export async function authorisePortOut(msgidentifier: string) {
  return (await askPath('POST', pathOf(msgidentifier))) as { readonly message: string }
}

/** @param reason - a code of the rejection table (contract O-46) */
export async function rejectPortOut(msgidentifier: string, reason: number) {
  return (await askPath('DELETE', pathOf(msgidentifier), { body: { reason } })) as { readonly message: string }
}
