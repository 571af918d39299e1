import { digitsOf, type E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import { naptrsOf } from './enum-profile.ts'
import type { DnsName } from './name.codec.ts'
import type { DnsNode, ProbeAnswer } from './probe.codec.ts'
import type { Naptr } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { checkedName } from './zone-config.ts'
import { enumTargets, targetFinder } from './zone-enum.ts'

export type Ask = (node: DnsNode, name: DnsName) => Promise<ProbeAnswer>

/** Says what is wrong with a node's answers for a number that has this route, or none; undefined when nothing is. */
export type VerifyNumber = (node: DnsNode, number: E164, route: RouteValue | undefined) => Promise<string | undefined>

/** Compares what a node answers under every apex with what the ENUM zones say of a number, record by record. */
export function numberVerifier(
  config: Pick<ZoneConfig, 'profile' | 'operators' | 'blocks'> & { readonly apexes: readonly string[] },
  ask: Ask,
): VerifyNumber {
  const targetOf = targetFinder(enumTargets(config))
  const apexes = config.apexes.map((apex) => checkedName(apex))
  return async (node, number, route) => {
    const target = targetOf(digitsOf(number), route)
    const wanted = target === undefined ? [] : naptrsOf(config.profile, number, target)
    const problems = await Promise.all(
      apexes.map(async (apex) => {
        const name = enumNameOf(number, apex)
        const problem = problemOf(await ask(node, name), wanted)
        return problem && `${node.host}:${node.port} on ${name}: ${problem}`
      }),
    )
    return problems.find((problem) => problem !== undefined)
  }
}

/** @returns undefined for an answer that says what is wanted */
export function problemOf(answer: ProbeAnswer, wanted: readonly Naptr[]): string | undefined {
  if (answer.kind === 'silent') return answer.reason
  const { rcode, isAuthoritative, naptrs } = answer.reply
  if (rcode !== 'NOERROR') return `${rcode} instead of ${wanted.length} NAPTR records`
  if (!isAuthoritative) return 'the answer is not authoritative'
  const [said, meant] = [textOf(naptrs), textOf(wanted)]
  return said === meant ? undefined : `answers ${said || 'nothing'} instead of ${meant || 'nothing'}`
}

/** The order in which records stand in an answer means nothing; their order field does. */
function textOf(naptrs: readonly Naptr[]): string {
  return naptrs
    .map(
      ({ order, preference, flags, services, regexp }) => `${order} ${preference} "${flags}" "${services}" "${regexp}"`,
    )
    .sort()
    .join(', ')
}
