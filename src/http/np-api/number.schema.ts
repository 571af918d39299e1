import Type from 'typebox'
import { Msisdn } from './route.schema.ts'

export const TerminatePath = Type.Object({
  msisdn: Msisdn.properties.msisdn,
  type_of_numbers: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'mobile or fixed, in any case' }),
})

const INFO_EXAMPLE = {
  telephonenumber: '5550100',
  ported: true,
  currentnetworkoperator: 'CARR',
  rangeholder: 'DONOR',
  typeofnumbers: 'mobile',
  routingnumber: '+15559901',
  lastported: '20250115103000',
}

export const NumberInfo = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'What the clearinghouse answers, in the names of its own message',
    examples: [INFO_EXAMPLE],
  },
)

/** The answer to a termination (contract O-58). */
export const TerminationRequested = Type.Object(
  {
    result: Type.Literal('success', { description: 'always success: a refusal has another status' }),
    msisdn: Type.String({ description: 'the number that was given up' }),
    message: Type.String({ description: 'what was done, in words' }),
  },
  { description: 'Done' },
)
