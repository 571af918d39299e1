/** What the other side does, once. Who says it and in which message is in deeds.ts. */
export type Deed =
  | { readonly say: 'authorised' | 'account_type_judged' | 'deadline' }
  | { readonly say: 'rejected' | 'instruction_refused' | 'change_refused' | 'abort_refused'; readonly code: number }
  | { readonly say: 'instructed' | 'ported' | 'changed' | 'abort_confirmed' }
  | { readonly say: 'timedout'; readonly phase: 'authorisation' | 'instruction' | 'porting' }
  | { readonly say: 'error'; readonly text: string }
  | { readonly say: 'repeat' | 'unknown' | 'malformed' }
  /** Of a port-out, where another operator is the recipient. */
  | { readonly say: 'instruction' }

/** Deeds with the number of steps after which each is done. */
export type Scene = readonly (readonly [afterSteps: number, deed: Deed])[]

export type Story = {
  readonly title: string
  /** After our authorisation_request. */
  readonly request: Scene
  /** After our first instruction, our second ...; the last one is played again. */
  readonly instruction: readonly Scene[]
  readonly change: Scene
  /** How often each message is delivered, with the same msgid. */
  readonly copies: 1 | 2
  readonly acknowledges: 'always' | 'second_attempt' | 'never'
}

const authorised = { say: 'authorised' } as const
const instructed = { say: 'instructed' } as const
const ported = { say: 'ported' } as const
const repeat = { say: 'repeat' } as const
const rejected = (code: number) => ({ say: 'rejected', code }) as const
const timedout = (phase: 'authorisation' | 'instruction' | 'porting') => ({ say: 'timedout', phase }) as const

const ACCEPTED: Story = {
  title: 'accepted; ported after the instruction',
  request: [[1, authorised]],
  instruction: [
    [
      [1, instructed],
      [2, ported],
    ],
  ],
  change: [[1, { say: 'changed' }]],
  copies: 1,
  acknowledges: 'always',
}

/** The last two digits of the first number of a range choose what happens to it; those not listed are accepted. */
// biome-ignore format: a table
const TABLE: readonly [digits: string, title: string, differs: Partial<Omit<Story, 'title'>>][] = [
  // digits, what happens                                                                 what differs from an accepted port
  ['31', 'rejected with code 31, account suspended',                                      { request: [[1, rejected(31)]] }],
  ['32', 'rejected with code 32, account problem',                                        { request: [[1, rejected(32)]] }],
  ['33', 'rejected with code 33, bill problem',                                           { request: [[1, rejected(33)]] }],
  ['34', 'rejected with code 34, deposit exceeded',                                       { request: [[1, rejected(34)]] }],
  ['35', 'rejected with code 35 at first, accepted with the other account type',          { request: [[1, { say: 'account_type_judged' }]] }],
  ['36', 'rejected with code 36, reported stolen or lost',                                { request: [[1, rejected(36)]] }],
  ['37', 'rejected with code 37, special',                                                { request: [[1, rejected(37)]] }],
  ['38', 'rejected with code 38, no cooling off (repatriation)',                          { request: [[1, rejected(38)]] }],
  ['39', 'rejected with code 39, prepaid bill problem',                                   { request: [[1, rejected(39)]] }],
  ['40', 'rejected with code 0, unknown',                                                 { request: [[1, rejected(0)]] }],
  ['41', 'rejected with code 77, which is in no catalogue',                               { request: [[1, rejected(77)]] }],
  ['45', 'rejected with code 35 whatever the account type',                               { request: [[1, rejected(35)]] }],
  ['80', 'accepted, but every change is refused with code 99',                            { change: [[1, { say: 'change_refused', code: 99 }]] }],
  ['81', 'authorised, then timed out because no instruction came (3 steps later)',        { request: [[1, authorised], [4, timedout('instruction')]] }],
  ['82', 'acknowledged, then an error message instead of an answer',                      { request: [[1, { say: 'error', text: 'the numbers are frozen by the regulator' }]] }],
  ['83', 'refused in the acknowledgement',                                                { request: [], acknowledges: 'never' }],
  ['84', 'the authorisation comes twice, with two msgids',                                { request: [[1, authorised], [2, repeat]] }],
  ['85', 'ported comes twice, with two msgids',                                           { instruction: [[[1, instructed], [2, ported], [3, repeat]]] }],
  ['86', 'timed out instead of an answer to the instruction',                             { instruction: [[[1, timedout('instruction')]]] }],
  ['87', 'instructed, then timed out instead of ported',                                  { instruction: [[[1, instructed], [2, timedout('porting')]]] }],
  ['88', 'malformed XML is delivered before the authorisation and before ported',         { request: [[1, { say: 'malformed' }], [2, authorised]], instruction: [[[1, instructed], [2, { say: 'malformed' }], [3, ported]]] }],
  ['89', 'a message of an unknown type is delivered before the authorisation',            { request: [[1, { say: 'unknown' }], [2, authorised]] }],
  ['90', 'the first instruction is refused with code 99, the second accepted',            { instruction: [[[1, { say: 'instruction_refused', code: 99 }]], [[1, instructed], [2, ported]]] }],
  ['91', 'ported without an instruction',                                                 { request: [[1, authorised], [2, ported]] }],
  ['92', 'the first acknowledgement of each of our messages is lost after it was taken',  { acknowledges: 'second_attempt' }],
  ['93', 'ported is delivered before the answer to the instruction',                      { instruction: [[[1, ported], [3, instructed]]] }],
  ['94', 'every message is delivered twice with the same msgid',                          { copies: 2 }],
  ['95', 'slow: every answer takes ten steps',                                            { request: [[10, authorised]], instruction: [[[10, instructed], [20, ported]]] }],
  ['96', 'the donor is silent and the clearinghouse times out after one step',            { request: [[1, timedout('authorisation')]] }],
  ['97', 'silent until the authorisation deadline; then what the market says of silence', { request: [] }],
  ['99', 'rejected with code 99, general rejection',                                      { request: [[1, rejected(99)]] }],
]

export const STORIES: ReadonlyMap<string, Story> = new Map(
  TABLE.map(([digits, title, differs]) => [digits, { ...ACCEPTED, title, ...differs }]),
)

/** The story of a range, by the last two digits of its first number. */
export function storyOf(first: string): Story {
  return STORIES.get(first.slice(-2)) ?? ACCEPTED
}

/** The table for people, as docs/simulator.md prints it. */
export function storiesText(): string {
  const rows = [...STORIES].map(([digits, { title }]) => `| ${digits} | ${title} |`)
  return ['| Ends in | What happens |', '|---|---|', ...rows, `| any other | ${ACCEPTED.title} |`].join('\n')
}
