import type { E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import type { DnsName } from './name.codec.ts'
import type { NumberAnswers } from './number-answer.ts'
import type { DnsNode, ProbeAnswer, SerialAnswer } from './probe.codec.ts'
import type { Naptr } from './record.codec.ts'
import type { RouteValue } from './table-values.ts'
import { type Ask, problemOf } from './verify.ts'

/** What one node says of a number under one apex. */
export type NodeAnswer = {
  readonly name: DnsName
  /** NOERROR, NXDOMAIN ...; undefined when nothing came. */
  readonly rcode: string | undefined
  readonly naptrs: readonly Naptr[]
  /** What is wrong with it, seen from the routes; undefined when nothing is. */
  readonly problem: string | undefined
}

export type NodeReport = {
  readonly node: DnsNode
  /** Serial of the first apex: the generation of the routes that the node answers from; undefined when it does not say. */
  readonly generation: number | undefined
  readonly answers: readonly NodeAnswer[]
}

/** Asks every node under every apex, at once. Never throws: a node that is down is an answer. */
export type AskNodes = (number: E164, route: RouteValue | undefined) => Promise<NodeReport[]>

/** Shows what the DNS says of a number now: asked over DNS, and not read from a table. */
export function nodeAsker({
  numbers: { apexes, recordsUnder },
  nodes,
  askNaptr,
  askSerial,
}: {
  readonly numbers: NumberAnswers
  readonly nodes: readonly DnsNode[]
  readonly askNaptr: Ask
  readonly askSerial: (node: DnsNode, apex: DnsName) => Promise<SerialAnswer>
}): AskNodes {
  const ask = async (node: DnsNode, number: E164, route: RouteValue | undefined): Promise<NodeReport> => {
    const asked = apexes.map(async (apex): Promise<NodeAnswer> => {
      const name = enumNameOf(number, apex)
      return answerOf(name, await askNaptr(node, name), recordsUnder(apex, number, route))
    })
    const [answers, said] = await Promise.all([Promise.all(asked), apexes[0] && askSerial(node, apexes[0])])
    return { node, generation: said?.kind === 'serial' ? said.serial : undefined, answers }
  }
  return (number, route) => Promise.all(nodes.map((node) => ask(node, number, route)))
}

/** A number without records has no name: NXDOMAIN, or NODATA where something lies below it, is then what is wanted. */
function answerOf(name: DnsName, answer: ProbeAnswer, wanted: readonly Naptr[]): NodeAnswer {
  if (answer.kind === 'silent') return { name, rcode: undefined, naptrs: [], problem: answer.reason }
  const { rcode, naptrs } = answer.reply
  const isRightlyNothing = wanted.length === 0 && rcode === 'NXDOMAIN'
  return { name, rcode, naptrs, problem: isRightlyNothing ? undefined : problemOf(answer, wanted) }
}
