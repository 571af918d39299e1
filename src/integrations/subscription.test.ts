import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { type Subscription, subscriptionProblems } from './subscription.ts'

const GOOD: Subscription = { name: 'bss', url: 'https://bss.example.net/events', secret: 'sixteen-letters!' }

// biome-ignore format: a table
const WRONG: [what: string, given: Subscription[], problems: string[]][] = [
  // what                       given                                                         problems
  ['nothing',                   [],                                                           []],
  ['a good one',                [{ ...GOOD, types: ['port_in.ported'] }],                     []],
  ['a name with blanks',        [{ ...GOOD, name: 'our bss' }],                               ['webhook "our bss": name: 1 to 40 lower-case letters, digits and hyphens']],
  ['an address of a file',      [{ ...GOOD, url: 'file:///etc/passwd' }],                     ['webhook "bss": url: an http or https address']],
  ['no address',                [{ ...GOOD, url: 'bss' }],                                    ['webhook "bss": url: an http or https address']],
  ['a short secret',            [{ ...GOOD, secret: 'short' }],                               ['webhook "bss": secret: at least 16 characters']],
  ['a short previous secret',   [{ ...GOOD, previousSecret: 'short' }],                       ['webhook "bss": secret: at least 16 characters']],
  ['no types',                  [{ ...GOOD, types: [] }],                                     ['webhook "bss": types: at least one, or leave it out for all']],
  ['one name twice',            [GOOD, GOOD],                                                 ['webhook "bss": named twice']],
]
for (const [what, given, problems] of WRONG) {
  test(`subscriptions: ${what}`, () => deepEqual(subscriptionProblems(given), problems))
}

test('a type that does not exist is named, with those that do', () => {
  const [problem = ''] = subscriptionProblems([{ ...GOOD, types: ['port_in.done'] }])
  deepEqual(
    problem.split(' is not one of ').map((part) => part.split(', ').length),
    [1, 7],
  )
})
