import Type, { type Static } from 'typebox'
import { CHECKLIST_STATES, STEPS } from '../../porting/checklist.ts'
import { GUARD_STATES } from '../../porting/guard.ts'
import { Nullable, Time } from './common.schema.ts'

const STEP_STATES = ['waiting', 'failed', 'confirmed', 'not_required'] as const
const VERDICTS = ['pass', 'fail', 'unknown', 'wait', 'skipped'] as const
const BASES = ['operator', 'policy', 'silence', 'rule'] as const

const Step = Type.Object({
  step: Type.Enum([...STEPS], { type: 'string', description: 'name of the step, for programs' }),
  title: Type.String({ description: 'the same for people' }),
  state: Type.Enum([...STEP_STATES], {
    type: 'string',
    description: 'waiting: not yet; failed: `last_error` says why, and it is tried again by itself',
  }),
  attempts: Type.Integer({ description: 'how often it was tried' }),
  last_error: Nullable(Type.String({ description: "why the last attempt did not confirm it, in the peer's words" })),
  next_attempt_at: Nullable(Time('when it is tried next; null once it is over')),
  confirmed_at: Nullable(Time('when it was over')),
  confirmed_by: Nullable(Type.String({ description: 'what was asked, and what it said' })),
})

/** What had to be confirmed after the port, and what was (contract O-09). */
export const ChecklistView = Type.Object(
  {
    state: Type.Enum([...CHECKLIST_STATES], {
      type: 'string',
      description:
        'none: the numbers have not moved; open: a step is still to be confirmed; done: none is; imported: taken over as ported already, so that nothing was to be proved',
    }),
    steps: Type.Array(Step, { description: 'in the order in which they are shown' }),
  },
  {
    description: 'The proof of a port, step by step',
  },
)
export type ChecklistView = Static<typeof ChecklistView>

const Words = (description: string) => Type.Object({}, { additionalProperties: true, description })

const MadeCheck = Type.Object({
  number: Type.Integer({ description: '1, 2, 3 ... within the port' }),
  name: Type.String({ description: 'ours, lock, proof, risk, eligibility or notice' }),
  version: Type.Integer({ description: 'of the rule' }),
  verdict: Type.Enum([...VERDICTS], {
    type: 'string',
    description: 'unknown: a person must look; wait: it is made again; skipped: nothing is asked for',
  }),
  code: Nullable(Type.Integer({ description: 'rejection code that a failed check asks for' })),
  said: Type.String({ description: 'what was found, in words' }),
  inputs: Words('what it looked at; never a PIN or an account number'),
  at: Time('when it was made'),
})

/** What the guard of port-outs found, and why the port was decided as it was (I20). */
export const GuardView = Type.Object(
  {
    state: Type.Enum([...GUARD_STATES], {
      type: 'string',
      description: 'due: the guard decides; held: a person decides; settled: nothing is left to decide',
    }),
    answer_due_at: Time('until when our answer counts'),
    held_because: Nullable(Type.String({ description: 'why it was left to a person, also after the decision' })),
    basis: Nullable(
      Type.Enum([...BASES], {
        type: 'string',
        description: 'what it was decided on: a person, the policy, our silence, or a rule that leaves no choice',
      }),
    ),
    basis_detail: Nullable(Words('what was known when it was decided')),
    decided_at: Nullable(Time('when it was decided')),
    decided_by: Nullable(Type.String({ description: 'user name of the key, guard, or clock' })),
    checks: Type.Array(MadeCheck, { description: 'oldest first; what a later round found again is not repeated' }),
  },
  {
    description: 'What the guard found on a port-out, and what was decided',
  },
)
export type GuardView = Static<typeof GuardView>
