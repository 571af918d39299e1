import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { LocksSearch } from '../router.tsx'
import { type Answer, ask, type Input, Refusal } from './client.ts'

/** Numbers that must not leave. */
export type NumberLock = Answer<'listNumberLocks'>['items'][number]
/** That a PIN or an account number is set on numbers; never what it is. */
export type NumberSecret = Answer<'listNumberSecrets'>['items'][number]
export type SecretKind = NumberSecret['kind']

type NewLocks = Input<'lockNumbers'>['body']
type NewSecrets = Input<'setNumberSecrets'>['body']

const PAGE_SIZE = 20

/** Locks and secrets are asked for anew together: both are about the same numbers. */
const KEY = 'number-guard'

export function useLocks({ number, state: ended, cursor }: Pick<LocksSearch, 'number' | 'state'> & Page) {
  const state = ended ?? 'standing'
  return useQuery({
    queryKey: [KEY, 'locks', { number, state, cursor }],
    queryFn: ({ signal }) =>
      ask('listNumberLocks', { query: { state, limit: PAGE_SIZE, ...given({ number, cursor }) } }, { signal }),
    placeholderData: keepPreviousData,
  })
}

export function useSecrets({ number, cursor }: Pick<LocksSearch, 'number'> & Page) {
  return useQuery({
    queryKey: [KEY, 'secrets', { number, cursor }],
    queryFn: ({ signal }) =>
      ask('listNumberSecrets', { query: { limit: PAGE_SIZE, ...given({ number, cursor }) } }, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** Locks one range. Throws a Refusal, also where the server refused the line alone. */
export function useLock() {
  return useGuardChange((body: NewLocks) => ask('lockNumbers', { body }).then(onlyLine))
}

export function useLift(id: string) {
  return useGuardChange((reason: string) =>
    ask('liftNumberLock', { params: { id }, query: reason === '' ? {} : { reason } }),
  )
}

/** Sets a secret on one range, in place of the one that exactly these numbers had. */
export function useSetSecret() {
  return useGuardChange((body: NewSecrets) => ask('setNumberSecrets', { body }).then(onlyLine))
}

export function useRemoveSecret(id: string) {
  return useGuardChange(() => ask('removeNumberSecret', { params: { id } }))
}

type Page = { readonly cursor: string | undefined }
/** Both have the same lines but for the word of success. */
type Line = Answer<'lockNumbers' | 'setNumberSecrets'>['lines'][number]

/** The verdict on the one line that was sent. */
function onlyLine({ lines }: { readonly lines: readonly Line[] }): { first_number: string; last_number: string } {
  const [line] = lines
  if (line?.first_number && line.last_number) return { first_number: line.first_number, last_number: line.last_number }
  throw new Refusal(409, line?.problem?.detail ?? 'The server gave no verdict.', line?.problem?.field)
}

function useGuardChange<Wish, Done>(mutationFn: (wish: Wish) => Promise<Done>) {
  const queries = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: [KEY] }) })
}

function given<Words extends Record<string, string | undefined>>(words: Words): { [Name in keyof Words]?: string } {
  const entries = Object.entries(words).filter(([, value]) => value !== undefined)
  // only what is undefined was left out
  return Object.fromEntries(entries) as { [Name in keyof Words]?: string }
}
