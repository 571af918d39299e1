import { deepEqual, equal, match } from 'node:assert/strict'
import test from 'node:test'
import { explainRejection } from '../../src/porting/rejection.ts'
import { rejectionRates, unmappedRejections } from '../../src/porting/rejection-history.ts'
import { testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const SINCE = Temporal.Instant.from('2000-01-01T00:00:00Z')

test('how a donor refuses, why, and how often asking again helped, is counted from the ports themselves', async () => {
  const portolan = await testPortolan()
  try {
    const newestIn = (id: string, state: number, isOther: boolean) =>
      until(`${id} in ${state}`, async () => {
        const record = await portolan.get(id)
        return record.PortingState === state && (record.msgidentifier !== id) === isOther && record
      })
    const agreed = await portolan.create('5551000')
    await portolan.reaches(agreed, 2)
    const unpaid = await portolan.create('5551033')
    await portolan.reaches(unpaid, 99)
    await newestIn(await portolan.create('5551035'), 2, true)
    await newestIn(await portolan.create('5551045'), 99, true)
    const strange = await portolan.create('5551041')
    const { events } = await portolan.reaches(strange, 99)

    const [donor, ...others] = await rejectionRates({ db: portolan.db }, { since: SINCE })
    deepEqual(others, [])
    deepEqual([donor?.donor, donor?.asked, donor?.rejected, donor?.rejectionRate], ['DONOR', 7, 5, 5 / 7])
    deepEqual(donor?.causes, [
      { cause: 'account_type', rejected: 3, askedAgain: 2, cured: 1, successRate: 0.5 },
      { cause: 'bill', rejected: 1, askedAgain: 0, cured: 0, successRate: undefined },
      { cause: 'unknown', rejected: 1, askedAgain: 0, cured: 0, successRate: undefined },
    ])
    await until('the customer has paid, and asks again', async () => {
      const again = await portolan.api('POST', '/PortIn/create', {
        email: 'ops@example.com',
        overridecooloff: false,
        contacttelephonenumber: '5551033',
        Type_of_Numbers: 'mobile',
        telephonenumberseriestart: '5551033',
        telephonenumberserieend: '5551033',
        AccountType: 'Prepaid',
      })
      return again.status === 200
    })
    const [later] = await rejectionRates({ db: portolan.db }, { since: SINCE })
    equal(later?.causes.find(({ cause }) => cause === 'bill')?.askedAgain, 1)

    const [unmapped, ...more] = await unmappedRejections({ db: portolan.db }, { since: SINCE })
    deepEqual(more, [])
    deepEqual([unmapped?.donor, unmapped?.code, unmapped?.count], ['DONOR', 0, 1])
    match(unmapped?.text ?? '', /^code 77/)
    equal(explainRejection(0, unmapped?.text ?? '').cause, 'unknown')
    match(events.at(-1)?.eventlog ?? '', /code 77/)
  } finally {
    await portolan.close()
  }
})
