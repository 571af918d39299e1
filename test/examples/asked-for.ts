import { equal } from 'node:assert/strict'
import { guardDue } from '../../src/porting/guard.job.ts'
import type { Guard } from '../../src/porting/guard.ts'
import { hearRequest } from '../../src/porting/port-out-request.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { rangeAt } from '../support/port-out.ts'
import { REQUEST_ID } from './record.ts'

/**
 * Another operator asks for a number of ours, and the guard leaves it to a person, because the BSS gives no answer; or as `more`
 * says.
 */
export async function askedFor(
  porting: Porting,
  number: string,
  msgidentifier: string,
  more: Partial<Guard> = {},
): Promise<void> {
  const request = {
    recipient: 'DONOR',
    donor: 'CARR',
    numberType: 'mobile',
    accountType: 'Prepaid',
    isCoolOffOverridden: false,
    contactNumber: number,
    email: 'porting@donor.example',
    ranges: [rangeAt(`+1${number}`)],
    isWhole: true,
    answerDueAt: undefined,
  } as const
  await porting.db.tx((tx) => hearRequest(porting, tx, { id: REQUEST_ID, msgidentifier, request }))
  const made = await guardDue({
    porting,
    rules: { policy: 'approve', noticeMinutes: 0, eligibilityAttempts: 1, onNoAnswer: 'hold' },
    eligibility: async () => ({ kind: 'silent', detail: 'HTTP 503' }),
    readProof: () => ({ pin: undefined, accountNumber: undefined }),
    ...more,
  })
  equal(made, 1)
}
