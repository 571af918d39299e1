/** How a provider may refuse a message. */
export type Refusal =
  | 'invalid_number'
  | 'unreachable'
  | 'account_blocked'
  | 'bad_credentials'
  | 'throttled'
  | 'server_error'

/** What happens to a message. */
export type SmsStory =
  | 'accepted'
  | 'accepted_without_id'
  | Refusal
  | 'garbage'
  | 'huge'
  | 'echoes_credentials'
  | 'redirects'
  | 'hangs_up'
  | 'silent'
  | 'slow'

/** The last two digits of the number choose the story; all others are accepted. */
// biome-ignore format: a table
export const SMS_STORIES: ReadonlyMap<string, readonly [story: SmsStory, what: string]> = new Map([
  ['11', ['invalid_number',      'the provider says that this is no number']],
  ['12', ['unreachable',         'the provider has no route, or the number is barred']],
  ['13', ['account_blocked',     'no credit, or a trial account']],
  ['14', ['bad_credentials',     'refused as if the credentials were wrong']],
  ['29', ['throttled',           'too many messages']],
  ['50', ['server_error',        'the provider itself is at fault']],
  ['60', ['accepted_without_id', 'the status of a success, and no identifier: only SMPP allows it']],
  ['61', ['garbage',             'a page of HTML with status 200; over SMPP, bytes that are no PDU']],
  ['62', ['huge',                'a megabyte where a few hundred bytes are usual']],
  ['63', ['echoes_credentials',  'a refusal that quotes what was sent, credentials and all']],
  ['64', ['redirects',           'a redirection to another path; over SMPP, a hang-up']],
  ['65', ['hangs_up',            'the connection is cut in the place of an answer']],
  ['97', ['silent',              'no answer at all']],
  ['98', ['slow',                'accepted, after a while']],
])

export function smsStoryOf(number: string): SmsStory {
  return SMS_STORIES.get(number.slice(-2))?.[0] ?? 'accepted'
}

export function smsStoriesText(): string {
  return [...SMS_STORIES].map(([ending, [story, what]]) => `..${ending}  ${story.padEnd(20)} ${what}`).join('\n')
}
