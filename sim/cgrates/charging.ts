import { isRecord, listOf, type Method, need, type Param, RpcError, textOf } from './wire.ts'

export type Cdr = {
  readonly OriginID: string
  readonly Account: string
  readonly Category: string
  readonly SetupTime: string
  /** CGrateS' own number; -1 where it could not be rated. */
  readonly Cost: number
}

export type Charging = {
  readonly methods: Readonly<Record<string, Method>>
  readonly accounts: Map<string, Param>
  readonly ratingProfiles: Map<string, Param>
  readonly cdrs: Cdr[]
}

/** What one fee event costs. */
const FEE = 2.5

/** Accounts, rating profiles and call records, as far as a port touches them. */
export function charging(tenant: string, ratingPlans: readonly string[]): Charging {
  const accounts = new Map<string, Param>()
  const ratingProfiles = new Map<string, Param>()
  const cdrs: Cdr[] = []
  return {
    accounts,
    ratingProfiles,
    cdrs,
    methods: {
      'APIerSv2.SetAccount': (param) => {
        need(param, 'Account')
        const id = textOf(param.Account)
        accounts.set(id, { ...accounts.get(id), ...param })
        return 'OK'
      },
      'APIerSv2.GetAccount': (param) => {
        const account = accounts.get(textOf(param.Account))
        if (!account) throw new RpcError('NOT_FOUND')
        const { AllowNegative = false, Disabled = false } = isRecord(account.ExtraOptions) ? account.ExtraOptions : {}
        return { ID: `${tenant}:${textOf(param.Account)}`, BalanceMap: null, AllowNegative, Disabled }
      },
      'APIerSv1.RemoveAccount': (param) => {
        if (!accounts.delete(textOf(param.Account))) throw new RpcError('SERVER_ERROR: ACCOUNT_NOT_FOUND')
        return 'OK'
      },
      'APIerSv1.SetRatingProfile': (param) => {
        need(param, 'Category', 'Subject', 'RatingPlanActivations')
        const plans = listOf(param.RatingPlanActivations).filter(isRecord)
        if (plans.some(({ RatingPlanId }) => !ratingPlans.includes(textOf(RatingPlanId)))) {
          throw new RpcError('SERVER_ERROR: RATING_PLAN_NOT_FOUND')
        }
        ratingProfiles.set(textOf(param.Subject), param)
        return 'OK'
      },
      'APIerSv2.GetCDRs': (param) => {
        const wanted = new Set(listOf(param.Accounts).map(textOf))
        const since = textOf(param.SetupTimeStart)
        const until = textOf(param.SetupTimeEnd) || '9999'
        const offset = Number(param.Offset ?? 0)
        const all = cdrs.filter(
          ({ Account, SetupTime }) => wanted.has(Account) && SetupTime >= since && SetupTime < until,
        )
        const page = all.slice(offset, offset + Number(param.Limit ?? all.length))
        if (all.length === 0) throw new RpcError('NOT_FOUND')
        return page
      },
      'CDRsV2.ProcessEvent': (param) => {
        if (!isRecord(param.Event)) throw new RpcError('MANDATORY_IE_MISSING: [Event]')
        const { OriginID, Account, Category, SetupTime } = param.Event
        if (cdrs.some((cdr) => cdr.OriginID === OriginID)) throw new RpcError('SERVER_ERROR: EXISTS')
        cdrs.push({
          OriginID: textOf(OriginID),
          Account: textOf(Account),
          Category: textOf(Category),
          SetupTime: textOf(SetupTime),
          Cost: FEE,
        })
        return [{ Flags: ['*default'], Event: param.Event }]
      },
    },
  }
}
