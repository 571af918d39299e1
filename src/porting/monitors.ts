/** `warning`: somebody should look today. `critical`: calls, customers or a deadline are at stake. */
export type Severity = 'warning' | 'critical'

/** One thing that a monitor found wrong. There is one open alert for each subject of a monitor. */
export type Finding = {
  readonly subject: string
  readonly severity: Severity
  readonly what: string
  /** The other side's own words. */
  readonly said?: string | null | undefined
  readonly msgidentifier?: string | undefined
  readonly messageId?: string | undefined
  readonly since: Temporal.Instant
}

type MonitorRow = {
  readonly title: string
  readonly about: string
  readonly todo: string
  readonly everySeconds: number
}

/** Every monitor: the five of the porting manager document ("Monitoring") first, then those that it leaves unsaid. */
// biome-ignore format: a table
export const MONITORS = {
  // name            title                                    about                                                                              what to do                                                                                                                  looks
  clearinghouse:   { title: 'Clearinghouse connectivity',      about: 'our messages are not acknowledged',                                         todo: 'Read the words of the clearinghouse; `portolan doctor` asks it now. Nothing is lost: messages are sent again until they are taken', everySeconds: 5 },
  enum:            { title: 'ENUM provisioning',               about: 'a ported number is not answered as its route says',                         todo: 'Look at the node that is named, and at its way to the database; the step is tried again by itself',                        everySeconds: 5 },
  crm:             { title: 'CRM synchronisation',             about: 'the CRM or BSS has not taken what a port means to it',                      todo: 'Read its words; mend it there, and the step succeeds when it is tried again, or have it retried now',                      everySeconds: 5 },
  charging:        { title: 'Charging integration',            about: 'a port is not charged',                                                     todo: 'Read the words of the charging platform; each step is done once, so it may be tried again safely',                         everySeconds: 5 },
  rejections:      { title: 'Abnormal rejection rate',         about: 'a donor refuses far more than it used to',                                  todo: 'See `/v1/rejections/rates` for the causes; call the donor’s porting desk, or mend what our requests get wrong',             everySeconds: 60 },
  overdue:         { title: 'Overdue port',                    about: 'the next event of a port has not come in time',                             todo: 'Whoever is named must act; the clearinghouse was asked to repeat itself where it owes the message',                        everySeconds: 5 },
  timelines:       { title: 'Limit of the market',              about: 'a port-in has broken the longest time that the market allows, or will',     todo: 'See `/v1/timelines` for whoever must be quick; of a broken limit keep the dossier',                                       everySeconds: 60 },
  silence:         { title: 'Silent clearinghouse',            about: 'the clearinghouse owes us something and has said nothing at all since',     todo: 'See whether it can reach our receiver (address, key, firewall); call its operations desk',                                 everySeconds: 5 },
  messages:        { title: 'Message for a person',            about: 'a message was kept that is of an unknown type, malformed, not for us, or says that numbers of ours left unasked; or the clearinghouse did not take an abort, an answer or a termination of ours, or says something against a port of ours', todo: 'Read the message under its link, do by hand what it asks for or settle it with the clearinghouse, and acknowledge the alert with what was done', everySeconds: 5 },
  deliveries:      { title: 'Events not delivered',            about: 'a webhook does not take its events, or some were given up',                 todo: 'Mend the receiver; then redeliver what was given up (`POST /v1/webhooks/{name}/redeliver-dead`)',               everySeconds: 5 },
  steps:           { title: 'Step after a port',               about: 'the HSS has no subscription, or the welcome notice does not go out',        todo: 'Provision what is missing; the step is tried again by itself',                                                             everySeconds: 5 },
  dns_nodes:       { title: 'DNS node',                        about: 'a DNS node does not answer, or is behind the routes',                       todo: 'See whether the node runs and reaches the database; calls on it go by old routes meanwhile',                               everySeconds: 10 },
  mirror:          { title: 'Routes at CGrateS',               about: 'CGrateS has not got the newest routes, or has some wrong',                  todo: 'Read its words; the copy catches up by itself. Calls go by DNS, not by it',                                                everySeconds: 10 },
  credentials:     { title: 'Credentials refused',             about: 'a system that we call does not accept our user name, password or key',      todo: 'Compare our setting with what the peer has, and restart with the right one',                                               everySeconds: 5 },
  jobs:            { title: 'Background work',                 about: 'a job fails again and again',                                               todo: 'Read its words here and in the log; what it does waits until it works again',                                              everySeconds: 5 },
} as const satisfies Record<string, MonitorRow>
export type MonitorName = keyof typeof MONITORS

export const MONITOR_NAMES = Object.keys(MONITORS) as MonitorName[] // the keys of the table; Object.keys only forgets their type

/** Looks whether something is wrong now; may ask the network. */
export type Look = () => Promise<readonly Finding[]>
/** The monitors that this deployment has, by what it has configured. */
export type Looks = Readonly<Partial<Record<MonitorName, Look>>>

/** So many findings of a monitor are told one by one, the worst first; the metrics count them all. */
export const MOST_FINDINGS = 200
