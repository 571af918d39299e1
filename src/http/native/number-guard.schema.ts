import Type from 'typebox'
import { LOCK_STATES, SECRET_KINDS } from '../../porting/number-guard.ts'
import { Nullable, PageQuery, Time } from './common.schema.ts'
import { LineProblem } from './problems.schema.ts'

/** Each secret takes a tenth of a second to hash. */
const MOST_SECRETS = 100
const MOST_LOCKS = 1_000

const E164 = (description: string) => Type.String({ description: `${description}, E.164 with the plus` })
const NUMBERS = {
  first_number: Type.String({ maxLength: 30, description: 'first number, as people write it, up to 30 characters' }),
  last_number: Type.Optional(
    Type.String({ maxLength: 30, description: 'last number, up to 30 characters; the first when absent' }),
  ),
}
const OnNumber = Type.Optional(Type.String({ maxLength: 30, description: 'only what is on this number' }))
const Id = Type.String({ format: 'uuid', description: 'as the list shows it' })

const LOCK = {
  id: Type.String({ description: 'of the lock' }),
  first_number: E164('first number that is locked'),
  last_number: E164('last number'),
  reason: Type.String({ description: 'why' }),
  until: Nullable(Time('when it ends by itself; null: it must be lifted')),
  created_at: Time('when it was set'),
  created_by: Type.String({ description: 'user name of the key' }),
  lifted_at: Nullable(Time('when it was lifted')),
  lifted_by: Nullable(Type.String({ description: 'who lifted it' })),
}
export const LockView = Type.Object(LOCK, { description: 'Numbers that must not leave' })
export const LockId = Type.Object({ id: Id })
export const LockQuery = Type.Object({
  number: OnNumber,
  state: Type.Optional(
    Type.Enum([...LOCK_STATES], {
      type: 'string',
      default: 'standing',
      description: 'standing: they hold now; ended: lifted, or over',
    }),
  ),
  ...PageQuery,
})
export const LiftQuery = Type.Object({
  reason: Type.Optional(Type.String({ maxLength: 500, description: 'why it is lifted; kept in the audit' })),
})

export const NewLocks = Type.Object({
  numbers: Type.Array(Type.Object(NUMBERS), {
    minItems: 1,
    maxItems: MOST_LOCKS,
    description: `1 to ${MOST_LOCKS} numbers or ranges`,
  }),
  reason: Type.String({ minLength: 1, maxLength: 500, description: '1 to 500 characters: why they must not leave' }),
  until: Type.Optional(
    Nullable(
      Type.String({
        maxLength: 40,
        description: 'an instant, or a day of the market, which is included; absent or null: until it is lifted',
      }),
    ),
  ),
})

const Line = <Verdict extends string>(verdict: Verdict) =>
  Type.Object({
    line: Type.Integer({ description: 'place in the list, from 1' }),
    verdict: Type.Enum([verdict, 'refused'], { type: 'string', description: 'what came of it' }),
    id: Nullable(Type.String({ description: 'of what was made; null when it was refused' })),
    first_number: Nullable(E164('as it was understood')),
    last_number: Nullable(E164('as it was understood')),
    problem: Nullable(LineProblem),
  })
const Verdicts = <Verdict extends string>(verdict: Verdict) =>
  Type.Object(
    {
      accepted: Type.Integer({ description: 'lines that were done' }),
      refused: Type.Integer({ description: 'lines that were not' }),
      lines: Type.Array(Line(verdict), { description: 'one for each line that was sent, in order' }),
    },
    {
      description: 'A verdict for each line: one that is refused never stops the others',
    },
  )
export const LockVerdicts = Verdicts('locked')
export const SecretVerdicts = Verdicts('set')

const Kind = Type.Enum([...SECRET_KINDS], {
  type: 'string',
  description: 'pin: a PIN of the customer; account: the account number. One that matches is enough',
})
export const SecretView = Type.Object(
  {
    id: Type.String({ description: 'of the entry' }),
    kind: Kind,
    first_number: E164('first number that it is set on'),
    last_number: E164('last number'),
    set_at: Time('when it was set'),
    set_by: Type.String({ description: 'user name of the key' }),
  },
  { description: 'That a secret is set; the secret itself is not kept, only its hash' },
)
export const SecretId = Type.Object({ id: Id })
export const SecretQuery = Type.Object({ number: OnNumber, ...PageQuery })
export const NewSecrets = Type.Object({
  kind: Kind,
  numbers: Type.Array(
    Type.Object({
      ...NUMBERS,
      secret: Type.String({
        maxLength: 200,
        description: '4 to 64 printable ASCII characters, without a space at either end; shown to nobody again',
      }),
    }),
    { minItems: 1, maxItems: MOST_SECRETS, description: `1 to ${MOST_SECRETS} numbers or ranges with their secret` },
  ),
})
