import type { MarketData } from './market.schema.ts'
import { type Market, marketOf } from './market.ts'
import { problemsOf } from './market-problems.ts'

/**
 * Reads a market file. What is wrong with it comes as one Error that lists every problem by file and field:
 * `markets/tt.json /operators/1/routingNumber: ...`.
 */
export function parseMarket(text: string, fileName: string): Market {
  const data = parseJson(text, fileName)
  const problems = problemsOf(data)
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `${fileName} ${path || '/'}: ${message}`)
    throw new Error(`the market file cannot be used:\n${lines.join('\n')}`)
  }
  return marketOf(data as MarketData) // problemsOf has checked it against the schema
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(
      `the market file cannot be used:\n${fileName} /: is not JSON: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    )
  }
}
