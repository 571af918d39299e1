import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, ask, type Input } from './client.ts'
import { liveInterval } from './live.ts'
import { tell } from './told.ts'

/** A port of either direction, as a list shows it. */
export type Port = Answer<'searchPorts'>['items'][number]
/** The same with all that happened to it. */
export type PortDetail = Answer<'getPort'>
/** Why the donor refused, and what helps. */
export type Rejection = NonNullable<PortDetail['rejection']>
/** What the guard found on a port-out. */
export type Guard = Answer<'getGuard'>
/** What must be confirmed after a port. */
export type StepName = Port['failed_steps'][number]
/** A port-in that has broken the limit of the market, or will. */
export type Endangered = Answer<'listTimelines'>['items'][number]
export type PortSort = NonNullable<Input<'searchPorts'>['query']['sort']>

/** As many as the document's list has (contract O-24). */
const PAGE_SIZE = 30
const ASK_OFTEN_MS = 2_000
const QUEUES_EVERY_MS = 5_000

export type PortFilter = {
  readonly direction: 'in' | 'out'
  readonly state?: string | undefined
  readonly q?: string | undefined
  readonly sort?: PortSort | undefined
  readonly cursor?: string | undefined
}

/** Everything under `ports` is asked anew when the server tells of a change. */
export function usePorts({ direction, state, q, sort, cursor }: PortFilter) {
  return useQuery({
    queryKey: ['ports', direction, { state, q, sort, cursor }],
    queryFn: ({ signal }) =>
      ask('searchPorts', { query: queryOf({ direction, state, q, sort, cursor }, PAGE_SIZE) }, { signal }),
    refetchInterval: liveInterval,
    placeholderData: keepPreviousData,
  })
}

export function queryOf({ direction, state, q, sort, cursor }: PortFilter, limit: number) {
  return {
    direction,
    limit,
    ...(state !== undefined && { state }),
    ...(q !== undefined && { q }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
  }
}

/** Exactly this port, also when another has replaced it. */
export function usePort(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'one', msgidentifier],
    queryFn: ({ signal }) => ask('getPort', { params: { msgidentifier } }, { signal }),
    // nothing is told of the steps and checks that are on their way: they are looked at often, and not for long
    refetchInterval: ({ state: { data } }) =>
      data?.checklist.state === 'open' || data?.guard_state === 'due' ? ASK_OFTEN_MS : liveInterval(),
  })
}

/** The guard's evidence on a port-out, for whoever is about to decide. */
export function useGuard(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'guard', msgidentifier],
    queryFn: ({ signal }) => ask('getGuard', { params: { msgidentifier } }, { signal }),
    refetchInterval: liveInterval,
  })
}

/** Has steps of a port tried again at once, one after the other. */
export function useRetrySteps(msgidentifier: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (steps: readonly StepName[]) => {
      for (const step of steps) await ask('retryStep', { params: { msgidentifier, step } })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['ports'] }),
  })
}

/** The record of the document, for its event log modal. A port-in that was resubmitted gives the newer one. */
export function usePortInRecord(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'in record', msgidentifier],
    queryFn: ({ signal }) => ask('getPortIn', { params: { msgidentifier } }, { signal }),
    refetchInterval: liveInterval,
  })
}

export function usePortOutRecord(msgidentifier: string) {
  return useQuery({
    queryKey: ['ports', 'out record', msgidentifier],
    queryFn: ({ signal }) => ask('getPortOut', { params: { msgidentifier } }, { signal }),
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

/** The work by next action, so many ports of each queue. */
export function useQueues(limit: number) {
  return useQuery({
    queryKey: ['ports', 'queues', limit],
    queryFn: ({ signal }) => ask('getQueues', { query: { limit } }, { signal }),
    placeholderData: keepPreviousData,
    // nothing is told of a step that fails, or of a deadline that passes
    refetchInterval: () => Math.min(liveInterval(), QUEUES_EVERY_MS),
  })
}

/** Port-ins that have broken the limit of the market, or will: at most so many, the oldest first. */
export function useEndangered(limit: number) {
  return useQuery({
    queryKey: ['ports', 'endangered', limit],
    queryFn: ({ signal }) => ask('listTimelines', { query: { limit } }, { signal }),
    // nothing is told of time that passes
    refetchInterval: liveInterval,
  })
}

/** A command to one port; whatever shows ports is asked anew afterwards, also when it was refused. */
export function usePortCommand(run: (msgidentifier: string) => Promise<{ readonly message: string }>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSuccess: ({ message }) => tell(message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['ports'] }),
  })
}
