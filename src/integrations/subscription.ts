import { EVENT_TYPES } from '../events/event.ts'

/** A system of the operator that is told of events, as the configuration names it. */
export type Subscription = {
  /** Stands in the delivery log: one that changes its name is another subscription. */
  readonly name: string
  readonly url: string
  readonly secret: string
  /** Signs beside `secret` while the receiver changes over from one to the other. */
  readonly previousSecret?: string | undefined
  /** Event types; undefined: all. */
  readonly types?: readonly string[] | undefined
}

const SECRET_CHARACTERS = 16
const KNOWN = new Set<string>(EVENT_TYPES)

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.protocol === 'http:'
}

/** @returns a sentence for each thing that is wrong, none when all is well; no sentence contains a secret */
export function subscriptionProblems(subscriptions: readonly Subscription[]): string[] {
  const names = subscriptions.map(({ name }) => name)
  const perSubscription = subscriptions.flatMap(({ name, url, secret, previousSecret, types }) => {
    const unknown = (types ?? []).filter((type) => !KNOWN.has(type))
    const secrets = [secret, ...(previousSecret === undefined ? [] : [previousSecret])]
    return [
      ...(/^[a-z0-9][a-z0-9-]{0,39}$/.test(name) ? [] : ['name: 1 to 40 lower-case letters, digits and hyphens']),
      ...(isHttpUrl(url) ? [] : ['url: an http or https address']),
      ...(secrets.every(({ length }) => length >= SECRET_CHARACTERS)
        ? []
        : [`secret: at least ${SECRET_CHARACTERS} characters`]),
      ...(types?.length === 0 ? ['types: at least one, or leave it out for all'] : []),
      ...unknown.map((type) => `types: "${type}" is not one of ${EVENT_TYPES.join(', ')}`),
    ].map((problem) => `webhook "${name}": ${problem}`)
  })
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return [...perSubscription, ...twice.map((name) => `webhook "${name}": named twice`)]
}
