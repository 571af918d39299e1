import { SMS_PROVIDERS } from '../src/integrations/sms/providers.ts'
import { REJECT_CODES } from '../src/numbers/reject-code.ts'
import { STEP_TABLE, STEPS } from '../src/porting/checklist.ts'
import { isLive, PORT_IN, PORTING_STATES, type PortingState } from '../src/porting/port-in.machine.ts'
import { PUSH_CONFIRMED_FROM } from '../src/routing/push.ts'
import { FORMULA } from '../src/shared/csv.ts'

/** The tables that the screens are made of, from the machines themselves: a state more, and the UI does not compile. */
export async function webTables(): Promise<string> {
  // Object.keys only forgets that the names are the keys of the table
  const names = Object.keys(PORTING_STATES) as PortingState[]
  const states = names
    .map((name) => ({ name, code: PORTING_STATES[name] }))
    .toSorted((a, b) => a.code - b.code)
    .map(({ name, code }) => `  ${name}: { code: ${code}, offers: [${offersOf(name)}], isLive: ${isLive(name)} },\n`)
  const codes = Object.entries(REJECT_CODES).map(([code, text]) => `  ${code}: ${JSON.stringify(text)},\n`)
  const steps = STEPS.map((step) => `  ${step}: ${JSON.stringify(STEP_TABLE[step].title)},\n`)
  return `// Generated from the server's own tables by \`npm run generate\`; change those instead.

/** What an operator may do in each state of a port-in. */
export const PORT_IN_STATES = {
${states.join('')}} as const

export const REJECT_CODES: Readonly<Record<number, string>> = {
${codes.join('')}}

/** What must be confirmed after a port. */
export const STEP_TITLES = {
${steps.join('')}} as const

/** A push with more numbers must say how many they are. */
export const PUSH_CONFIRMED_FROM = ${PUSH_CONFIRMED_FROM}

/** What a spreadsheet takes for the beginning of a formula. */
export const FORMULA = ${FORMULA}

/** In the order of the document; each spelt as we spell it (contract O-38, O-39). */
export const SMS_PROVIDERS = [${SMS_PROVIDERS.map(({ name }) => `'${name}'`).join(', ')}] as const
`
}

function offersOf(name: PortingState): string {
  return PORT_IN.offers(name)
    .filter((trigger) => trigger.startsWith('operator:'))
    .map((trigger) => `'${trigger.replace('operator:', '')}'`)
    .join(', ')
}
