import { digitsOf, type E164 } from '../../numbers/e164.ts'
import { counted } from '../../shared/count.ts'
import { microsText } from '../../shared/money.ts'

/** Unbilled calls added up; `unrated` are those that CGrateS could not price and somebody must. */
export type Cost = { readonly calls: number; readonly unrated: number; readonly micros: bigint }

/** An open account; only who pays later may go below zero. */
export function accountOf(
  tenant: string,
  number: E164,
  open: { readonly accountType: 'Prepaid' | 'Postpaid' | null; readonly actionPlans: readonly string[] },
): object {
  return {
    Tenant: tenant,
    Account: digitsOf(number),
    ActionPlanIDs: open.actionPlans,
    ActionPlansOverwrite: true,
    ExtraOptions: { AllowNegative: open.accountType === 'Postpaid', Disabled: false },
    ReloadScheduler: true,
  }
}

/** Real-time charging stops: the account stays for the final bill. */
export function suspensionOf(tenant: string, number: E164): object {
  return { Tenant: tenant, Account: digitsOf(number), ExtraOptions: { Disabled: true }, ReloadScheduler: true }
}

/** Takes the account out of its action plans too, so recurring charges end. */
export function closingOf(tenant: string, number: E164): object {
  return { Tenant: tenant, Account: digitsOf(number), ReloadScheduler: true }
}

export function ratingProfileOf(
  tenant: string,
  number: E164,
  { ratingPlan, at }: { readonly ratingPlan: string; readonly at: Temporal.Instant },
): object {
  return {
    Tenant: tenant,
    Category: 'call',
    Subject: digitsOf(number),
    Overwrite: true,
    RatingPlanActivations: [{ ActivationTime: text(at), RatingPlanId: ratingPlan, FallbackSubjects: '' }],
    APIOpts: {},
  }
}

export function feeOf(
  tenant: string,
  number: E164,
  fee: { readonly category: string; readonly msgidentifier: string; readonly at: Temporal.Instant },
): object {
  const id = `port-${fee.msgidentifier}-${digitsOf(number)}`
  return {
    Flags: ['*rals', '*chargers', '*store'],
    Tenant: tenant,
    ID: id,
    Event: {
      OriginID: id,
      OriginHost: 'portolan',
      ToR: '*generic',
      Category: fee.category,
      Account: digitsOf(number),
      Subject: digitsOf(number),
      Destination: fee.category,
      RequestType: '*postpaid',
      SetupTime: text(fee.at),
      AnswerTime: text(fee.at),
      Usage: '1',
    },
    APIOpts: {},
  }
}

/** CGrateS counts in floating point, and -1 is "could not be rated"; here it becomes micros, half up. */
export function costOf(cdrs: readonly unknown[], before: Cost): Cost {
  let { calls, unrated, micros } = before
  for (const cdr of cdrs) {
    const cost = typeof cdr === 'object' && cdr !== null && 'Cost' in cdr ? Number(cdr.Cost) : Number.NaN
    calls += 1
    if (cost >= 0) micros += BigInt(Math.round(cost * 1e6))
    else unrated += 1
  }
  return { calls, unrated, micros }
}

/** What a step of a port-out has found. */
type StepFound = { readonly step: string; readonly detail: Readonly<Record<string, string | number | null>> }

/** What was billed last to numbers that have left, for a person: amounts are in the currency that CGrateS counts in. */
export function finalBillText(steps: readonly StepFound[]): string {
  const detailOf = (name: string) => steps.find(({ step }) => step === name)?.detail ?? {}
  const { calls = 0, unrated = 0, costMicros } = detailOf('collect')
  const { fee } = detailOf('fee')
  return [
    `${counted(Number(calls), 'unbilled call')} at ${microsText(BigInt(costMicros ?? 0))}`,
    unrated !== 0 && `${unrated} of them without a price`,
    fee === 'none' || fee === undefined ? 'no fee' : `a fee (${fee}) for each number`,
    `accounts closed: ${detailOf('close').closingReason ?? 'without a reason'}`,
  ]
    .filter(Boolean)
    .join('; ')
}

function text(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' })
}
