import type { E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import type { DnsName } from './name.codec.ts'
import type { NumberAnswers } from './number-answer.ts'
import type { DnsNode, ProbeAnswer } from './probe.codec.ts'
import type { Naptr } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'

export type Ask = (node: DnsNode, name: DnsName) => Promise<ProbeAnswer>

/** Says what is wrong with a node's answers for a number that has this route, or none; undefined when nothing is. */
export type VerifyNumber = (node: DnsNode, number: E164, route: RouteValue | undefined) => Promise<string | undefined>

/** Compares what a node answers under every apex with what the zones say of a number, record by record. */
export function numberVerifier({ apexes, recordsUnder }: NumberAnswers, ask: Ask): VerifyNumber {
  return async (node, number, route) => {
    const problems = await Promise.all(
      apexes.map(async (apex) => {
        const name = enumNameOf(number, apex)
        const problem = problemOf(await ask(node, name), recordsUnder(apex, number, route))
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
