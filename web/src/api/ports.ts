import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, ask } from './client.ts'
import { liveInterval } from './live.ts'

export type PortIn = Answer<'listPortIn'>[number]
export type PortInRecord = Answer<'getPortIn'>

/** As many as the document's list has (contract O-24). */
export const PAGE_SIZE = 30

export type Filter = {
  readonly state?: string | undefined
  readonly q?: string | undefined
  readonly page?: number | undefined
}

/** Everything under `ports` is asked anew when the server tells of a change. */
export function usePortIns({ state, q, page = 1 }: Filter) {
  return useQuery({
    queryKey: ['ports', 'in', 'list', { state, q, page }],
    queryFn: ({ signal }) =>
      ask('listPortIn', { query: { page, limit: PAGE_SIZE, ...(state && { state }), ...(q && { q }) } }, { signal }),
    refetchInterval: liveInterval,
    placeholderData: keepPreviousData,
  })
}

export function usePortIn(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'in', msgidentifier],
    queryFn: ({ signal }) => ask('getPortIn', { params: { msgidentifier } }, { signal }),
    refetchInterval: liveInterval,
  })
}

export function useXmlFiles(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'xml', msgidentifier],
    queryFn: ({ signal }) => ask('listXml', { params: { msgidentifier } }, { signal }),
    refetchInterval: liveInterval,
  })
}

/** A command to one port; whatever shows ports is asked anew afterwards, also when it was refused. */
export function usePortCommand(run: (msgidentifier: string) => Promise<{ readonly message: string }>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries({ queryKey: ['ports'] }),
  })
}
