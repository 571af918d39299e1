import { SETTINGS, type SettingName } from '../config/settings.ts'
import { REJECT_CODES } from '../numbers/reject-code.ts'
import { PORTING_STATES } from '../porting/port-in.machine.ts'

/** `0 NoPort, 1 Waiting_for_Authorisation_Response ...`: the states as both descriptions list them. */
export const STATES_LISTED = Object.entries(PORTING_STATES)
  .map(([name, code]) => `${code} ${name}`)
  .join(', ')

/** `31 Account Suspended, 32 Account Problem ...` */
export const REJECT_CODES_LISTED = Object.entries(REJECT_CODES)
  .map(([code, text]) => `${code} ${text}`)
  .join(', ')

const usual = (name: SettingName) =>
  Number(SETTINGS.find((setting) => setting.name === name)?.fallback).toLocaleString('en')

export const LIMITS_EXPLAINED = `One key may send ${usual('PORTOLAN_REQUESTS_PER_SECOND')} requests a second, and ${usual('PORTOLAN_REQUESTS_AT_ONCE')} at once after a rest, unless the deployment
says otherwise; what comes beyond that gets 429, nothing of it is done, and the header \`Retry-After\` says after how many seconds to
ask again.`

export const TIERS_EXPLAINED = `Each operation says which **tiers** of keys it lets in: \`read_only\` looks at routes and figures, \`pxs\` works at
the porting desk, \`admin\` may do all but what is the clearinghouse's, and \`clearinghouse\` only hands in its messages.`
