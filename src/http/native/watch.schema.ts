import Type, { type Static } from 'typebox'
import { STANDINGS } from '../../porting/timeline.ts'
import { Nullable, Page, PageQuery, Time } from './common.schema.ts'

const EXPECTED = {
  event: Type.String({ description: 'what comes next: a message, or what is to be done' }),
  who: Type.Enum(['us', 'counterparty', 'clearinghouse'], { type: 'string', description: 'who must act' }),
  who_name: Type.String({ description: 'operator code, or the name of the clearinghouse' }),
  since: Time('since when it is awaited'),
  due_at: Time('the latest time for it'),
  rule: Type.String({ description: 'how that time came about' }),
  is_overdue: Type.Boolean({ description: 'whether that time has passed' }),
  escalation: Nullable(
    Type.Object(
      {
        level: Type.Integer({ description: 'from 1 to 4' }),
        name: Type.String({ description: 'due soon, overdue, late, very late' }),
        tell: Type.String({ description: 'who is to be told' }),
      },
      { description: 'how far it has been escalated; null before 80 % of the time has passed' },
    ),
  ),
  asked: Type.Integer({ description: 'how often the clearinghouse was asked to repeat itself' }),
  asked_at: Nullable(Time('when last')),
}
export const ExpectedView = Type.Object(EXPECTED, {
  description: 'The next expected event of a port, and the latest time for it',
})
export type ExpectedView = Static<typeof ExpectedView>

const CAUSE_RATE = {
  cause: Type.String({ description: 'the canonical cause' }),
  rejected: Type.Integer({ description: 'how often the donor refused for it' }),
  asked_again: Type.Integer({ description: 'of these, asked again for the same numbers' }),
  cured: Type.Integer({ description: 'of these, agreed to then' }),
  success_rate: Nullable(Type.Number({ description: '0 to 1, of those asked again; null while none was' })),
}

export const RejectionView = Type.Object(
  {
    cause: Type.String({ description: 'the canonical cause, whatever the code, the words and their language' }),
    means: Type.String({ description: 'what it means' }),
    mend: Type.String({ description: 'what to do about it' }),
    field: Nullable(Type.String({ description: 'the field of np_api’s request that is to blame; null where none is' })),
    again: Type.Enum(['changed', 'later', 'never'], {
      type: 'string',
      description: 'whether asking again helps: with another value, once something is settled, or never',
    }),
    automatic_fix: Nullable(
      Type.Object(
        {
          deed: Type.String({ description: 'what Portolan does by itself' }),
          times: Type.Integer({ description: 'at most so often in a chain of requests' }),
          means: Type.String({ description: 'in words' }),
        },
        { description: 'null where nothing is done by itself' },
      ),
    ),
    code: Type.Integer({ description: 'of the catalogue' }),
    code_text: Type.String({ description: 'what the code says' }),
    text: Nullable(Type.String({ description: 'the other side’s own words' })),
    read_from: Type.Enum(['code', 'words', 'nothing'], {
      type: 'string',
      description: 'what the cause was read from; nothing: the words are to be mapped',
    }),
    at_donor: Nullable(
      Type.Object(CAUSE_RATE, { description: 'this donor’s refusals for this cause within 90 days; null without any' }),
    ),
  },
  {
    description: 'A refusal in words that say what to do',
  },
)
export type RejectionView = Static<typeof RejectionView>

export const TimelineView = Type.Object(
  {
    standing: Type.Enum([...STANDINGS], {
      type: 'string',
      description:
        'in_time; at_risk: broken if everybody takes all of his time from here on; broken: too late; kept: ported in time',
    }),
    begun_at: Time('when it was asked for first: also of a port that was asked for again'),
    due_at: Time('the latest time that the market allows'),
    rule: Type.String({ description: 'how that time came about' }),
    forecast_at: Nullable(
      Time(
        'when the numbers will have moved if all others take all of their time and we act at once; null once they have',
      ),
    ),
    ported_at: Nullable(Time('when the numbers moved')),
  },
  { description: 'How a port-in stands against the longest time that the market allows' },
)
export type TimelineView = Static<typeof TimelineView>

export const TimelineQuery = Type.Object(PageQuery)
export const TimelinePage = Page(
  Type.Object({
    msgidentifier: Type.String({ description: 'of the port' }),
    state: Type.String({ description: 'its PortingStateString' }),
    counterparty: Type.String({ description: 'operator code of the donor' }),
    first_number: Type.String({ description: 'of the range' }),
    last_number: Type.String({ description: 'of the range' }),
    timeline: TimelineView,
    link: Type.String({ description: 'the port' }),
  }),
  'Port-ins under way that have broken the limit of the market, or will, the oldest first',
)

export const DueQuery = Type.Object({
  within_minutes: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 525_600,
      default: 0,
      description: 'minutes to look ahead, from 0 to 525600: also what is due within them; 0: only what is overdue',
    }),
  ),
  ...PageQuery,
})

const DueItem = Type.Object({
  msgidentifier: Type.String({ description: 'of the port' }),
  direction: Type.Enum(['in', 'out'], { type: 'string', description: 'to us, or away' }),
  state: Type.String({ description: 'in which it waits' }),
  counterparty: Type.String({ description: 'operator code of the other side' }),
  first_number: Type.String({ description: 'first number, E.164' }),
  last_number: Type.String({ description: 'last number, E.164' }),
  expected: ExpectedView,
  link: Type.String({ description: 'where the port is' }),
})
export const DuePage = Page(DueItem, 'Ports by the latest time for their next event, the longest overdue first')

export const SinceQuery = Type.Object({
  from: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'an instant or a day of the market: asked for then or later; 90 days back when absent',
    }),
  ),
})
export const UnmappedQuery = Type.Object({ ...SinceQuery.properties, ...PageQuery })

export const Rates = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        donor: Type.String({ description: 'operator code' }),
        asked: Type.Integer({ description: 'requests that it has answered, by yes, no or silence' }),
        rejected: Type.Integer({ description: 'of these, refused' }),
        rejection_rate: Type.Number({ description: '0 to 1' }),
        causes: Type.Array(Type.Object(CAUSE_RATE), { description: 'the most frequent first' }),
      }),
      { description: 'by operator code' },
    ),
  },
  {
    description: 'How each donor refuses, why, and how often asking again helped',
  },
)

const Unmapped = Type.Object({
  donor: Type.String({ description: 'operator code' }),
  code: Type.Integer({ description: 'of the catalogue' }),
  text: Type.String({ description: 'the donor’s own words' }),
  count: Type.Integer({ description: 'how often' }),
  last_at: Time('when last'),
})
export const UnmappedPage = Page(Unmapped, 'Words of donors that Portolan does not know, the newest first')
