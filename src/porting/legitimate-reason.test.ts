import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { loadMarket } from '../numbers/load-market.ts'
import { Fault } from '../shared/fault.ts'
import { legitimateCodeOf, legitimateCodes } from './legitimate-reason.ts'

const markets = new URL('../../markets', import.meta.url).pathname
const doc = await loadMarket(markets, 'doc')
const ghana = await loadMarket(markets, 'gh')

test('a port-out is refused for one of four reasons, or for none that is said (O-46)', () => {
  deepEqual(legitimateCodes(doc), [31, 32, 33, 37, 99])
})

test('where the market allows no refusal for a debt, there is none', () => {
  deepEqual(legitimateCodes(ghana), [31, 32, 37, 99])
  equal(legitimateCodeOf(doc, 33), 33)
  throws(
    () => legitimateCodeOf(ghana, 33),
    (fault) => fault instanceof Fault && fault.code === 'field_invalid' && fault.field === 'reason',
  )
})
