// Generated from the server's own tables by `npm run generate`; change those instead.

/** What an operator may do in each state of a port-in. */
export const PORT_IN_STATES = {
  NoPort: { code: 0, offers: ['abort'], isLive: true },
  Waiting_for_Authorisation_Response: { code: 1, offers: ['abort'], isLive: true },
  Waiting_for_Instruction: { code: 2, offers: ['instruct', 'abort'], isLive: true },
  Waiting_for_Instruction_Response: { code: 3, offers: [], isLive: true },
  Waiting_for_Ported_Response: { code: 10, offers: ['change'], isLive: true },
  Waiting_for_Change_Response: { code: 11, offers: [], isLive: true },
  Number_Ported: { code: 20, offers: [], isLive: false },
  Number_Ported_Complete: { code: 30, offers: [], isLive: false },
  TimeOut: { code: 97, offers: [], isLive: false },
  Aborted: { code: 98, offers: [], isLive: false },
  Rejected: { code: 99, offers: [], isLive: false },
} as const

export const REJECT_CODES: Readonly<Record<number, string>> = {
  0: "Unknown",
  31: "Account Suspended",
  32: "Account Problem",
  33: "Bill Problem",
  34: "Deposit Exceeded",
  35: "Incorrect Account Type",
  36: "Reported Stolen or Lost",
  37: "Special",
  38: "No Cooling Off (Repatriation)",
  39: "Prepaid Bill Problem",
  99: "General Rejection",
}

/** What must be confirmed after a port. */
export const STEP_TITLES = {
  route: "Route written",
  dns: "DNS answers on every node",
  bss: "BSS told",
  charging: "Charging",
  hss: "HSS has the subscription",
  crm: "CRM",
  welcome: "Welcome notice",
} as const

/** A push with more numbers must say how many they are. */
export const PUSH_CONFIRMED_FROM = 100

/** What a spreadsheet takes for the beginning of a formula. */
export const FORMULA = /^[=@\uff1d\uff20\uff0b\uff0d\t\r\n]|^[+-](?![0-9.]*$)/

/** In the order of the document; each spelt as we spell it (contract O-38, O-39). */
export const SMS_PROVIDERS = ['Enet', 'GTT', 'Digicel', 'Sinch', 'Twilio', 'Vonage', 'Telnyx', 'Plivo', 'ClickSend'] as const
