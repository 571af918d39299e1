import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, ask } from './client.ts'
import { liveInterval } from './live.ts'

/** Something that a monitor found wrong, while it lasts. */
export type OpenAlert = Answer<'listAlerts'>['items'][number]

/** As many as anybody reads; the server has the others. */
const MOST = 50
const ALERTS_EVERY_MS = 5_000

/** What is wrong now, newest first. Nothing is told of an alert, so the server is asked often. */
export function useAlerts() {
  return useQuery({
    queryKey: ['ports', 'alerts'],
    queryFn: ({ signal }) => ask('listAlerts', { query: { state: 'open', limit: MOST } }, { signal }),
    refetchInterval: () => Math.min(liveInterval(), ALERTS_EVERY_MS),
  })
}

/** Says that somebody sees to it, in that person's words. */
export function useAcknowledge(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (note: string) =>
      ask('acknowledgeAlert', { params: { id }, body: note.trim() === '' ? {} : { note: note.trim() } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['ports', 'alerts'] }),
  })
}

/** A message of the clearinghouse with its bytes. */
export function useMessage(id: string) {
  return useQuery({
    queryKey: ['message', id],
    queryFn: ({ signal }) => ask('getMessage', { params: { id } }, { signal }),
  })
}
