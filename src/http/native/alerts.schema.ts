import Type, { type Static } from 'typebox'
import { MONITOR_NAMES } from '../../porting/monitors.ts'
import { Nullable, Page, PageQuery, Time } from './common.schema.ts'

const Monitor = Type.Enum(MONITOR_NAMES, { type: 'string', description: 'which monitor found it, see `/v1/monitors`' })
const Severity = Type.Enum(['warning', 'critical'], {
  type: 'string',
  description: 'critical: calls, customers or a deadline are at stake',
})
export const Id = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: 'a UUID in lower case',
  }),
})

export const AlertView = Type.Object(
  {
    id: Type.String({ description: 'of the alert' }),
    monitor: Monitor,
    title: Type.String({ description: 'the monitor’s name for people' }),
    severity: Severity,
    subject: Type.String({ description: 'what it is about; a monitor has one open alert about each' }),
    what: Type.String({ description: 'what is wrong, in words' }),
    said: Nullable(Type.String({ description: 'the other side’s own words' })),
    todo: Type.String({ description: 'what a person does now' }),
    msgidentifier: Nullable(Type.String({ description: 'the port that it concerns' })),
    message_id: Nullable(Type.String({ description: 'the message that it concerns' })),
    links: Type.Object(
      {
        port: Nullable(Type.String({ description: 'where that port is' })),
        message: Nullable(Type.String({ description: 'where that message is, with its bytes' })),
      },
      { description: 'addresses on this server' },
    ),
    since: Time('when what it tells of began'),
    opened_at: Time('when it was seen first'),
    seen_at: Time('when it was seen last'),
    closed_at: Nullable(Time('when it was over; null while it lasts')),
    acknowledgement: Nullable(
      Type.Object(
        {
          at: Time('when'),
          by: Type.String({ description: 'user name of the key' }),
          note: Nullable(Type.String({ description: 'in that person’s words' })),
        },
        { description: 'who has seen to it; null while nobody has' },
      ),
    ),
  },
  { description: 'Something that a person should know' },
)
export type AlertView = Static<typeof AlertView>

export const AlertPage = Page(AlertView, 'Alerts, newest first')

export const AlertQuery = Type.Object({
  state: Type.Optional(
    Type.Enum(['open', 'closed'], {
      type: 'string',
      default: 'open',
      description: 'open: it lasts; closed: it is over',
    }),
  ),
  monitor: Type.Optional(Monitor),
  severity: Type.Optional(Severity),
  acknowledged: Type.Optional(Type.Boolean({ description: 'true: somebody has seen to it; false: nobody has yet' })),
  msgidentifier: Type.Optional(Type.String({ maxLength: 40, description: 'only those about this port' })),
  ...PageQuery,
})

export const Acknowledgement = Type.Object(
  {
    note: Type.Optional(Type.String({ maxLength: 1000, description: 'what was found or done, up to 1000 characters' })),
  },
  { description: 'Who acknowledges is who asks' },
)

export const Monitors = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        name: Type.Enum(MONITOR_NAMES, { type: 'string', description: 'name for programs' }),
        title: Type.String({ description: 'name for people' }),
        about: Type.String({ description: 'what it finds' }),
        todo: Type.String({ description: 'what a person does about it' }),
        open: Type.Integer({ description: 'alerts that last' }),
        critical: Type.Integer({ description: 'of these, critical ones' }),
        acknowledged: Type.Integer({ description: 'of these, those that somebody has seen to' }),
        looked_at: Nullable(Time('when it last looked; null where this deployment has no use for it')),
        problem: Nullable(Type.String({ description: 'why it could not look; its alerts are then as they were' })),
      }),
      { description: 'every monitor' },
    ),
  },
  {
    description: 'What is watched, and how it stands',
  },
)

export const MessageView = Type.Object(
  {
    id: Type.String({ description: 'of the message here' }),
    clearinghouse: Type.String({ description: 'whose format it is in' }),
    direction: Type.Enum(['sent', 'received'], { type: 'string', description: 'seen from us' }),
    peer: Type.String({ description: 'who sent it, or whom it was sent to' }),
    content_type: Type.String({ description: 'as it came' }),
    at: Time('when it was written, or came'),
    msgid: Nullable(Type.String({ description: 'its id on the wire' })),
    msgtype: Nullable(Type.String({ description: 'type of the message' })),
    msgidentifier: Nullable(Type.String({ description: 'the port that it names' })),
    state: Nullable(Type.String({ description: 'what came of it' })),
    note: Nullable(Type.String({ description: 'the same in words' })),
    looked_at: Nullable(Time('when a person acknowledged that it was not understood, or not taken')),
    looked_by: Nullable(Type.String({ description: 'who did' })),
    bytes: Type.Integer({ description: 'length' }),
    body: Nullable(Type.String({ description: 'read as UTF-8; null once its time was over and it was removed' })),
  },
  {
    description: 'A message of the clearinghouse with its bytes',
  },
)
