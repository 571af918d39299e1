import { match } from 'node:assert/strict'
import test from 'node:test'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const change = ({ url }: TestPortolan, id: string) =>
  fetch(`${url}/v1/ports/${id}/change`, {
    method: 'POST',
    headers: { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ note: 'tomorrow, if you can' }),
  })

const STEP_SECONDS = 60

/** Waits until a message of ours has come to the clearinghouse: what it does about it, it does a step later. */
const heard = ({ simulatorUrl }: TestPortolan, id: string, msgtype: string) =>
  until(`${msgtype} at the clearinghouse`, async () => {
    const answer = await fetch(`${simulatorUrl}/sim/log?msgidentifier=${id}`)
    return (await answer.text()).includes(`"msgtype":"${msgtype}"`)
  })

// biome-ignore format: a table
const ANSWERS: readonly [what: string, number: string, log: RegExp][] = [
  ['granted', '5571000', /^Change answered$/],
  ['refused', '5571080', /^Change answered: refused, code 99: General Rejection$/],
]
for (const [what, number, log] of ANSWERS) {
  test(`a change that the clearinghouse has ${what}: the port waits for the answer, and is ported all the same (O-08) [PXS change, PXS change_response]`, async () => {
    // nothing happens at the clearinghouse but when its clock is moved
    const portolan = await testPortolan({ PORTOLAN_SIM_STEP_MS: String(STEP_SECONDS * 1000) })
    const step = () => portolan.advance(STEP_SECONDS, 'both')
    try {
      const id = await portolan.create(number)
      await portolan.reaches(id, 1)
      await step()
      await portolan.reaches(id, 2)
      await portolan.api('POST', `/PortIn/${id}`)
      await heard(portolan, id, 'instruction')
      await step()
      await portolan.reaches(id, 10)
      const asked = await change(portolan, id)
      if (asked.status !== 200) throw new Error(`${asked.status} ${await asked.text()}`)
      await portolan.reaches(id, 11)
      await heard(portolan, id, 'change')
      await step()
      await step()
      let answered = ''
      await until('the answer in the log', async () => {
        const { events } = await portolan.reaches(id, 30)
        answered = events.find(({ msgtype }) => msgtype === 'change_response')?.eventlog ?? ''
        return answered !== ''
      })
      // the clearinghouse says both at once, and the news of the numbers may come first: calls wait for no answer
      match(answered, answered.startsWith('Change') ? log : /^change_response came in .*, after its time; no effect$/)
    } finally {
      await portolan.close()
    }
  })
}
