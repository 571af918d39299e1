import { equal, match, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { messageFrom, outReaches, requestFor, withoutSimulator } from '../support/port-out.ts'
import { ADMIN_KEY, testPortolan } from '../support/portolan.ts'

const portolan = await testPortolan({ PORTOLAN_PORT_OUT_POLICY: 'hold' })
after(() => portolan.close())

test('the PIN and the account number of a port-out are told to nobody who reads its messages (I17)', async () => {
  await withoutSimulator(portolan, async () => {
    const id = 'XX202501-DONOR-00951'
    const customer = { name: 'Ann', idType: 'PIN', idNumber: 'secret-4711', accountNumber: 'secret-77' }
    await portolan.deliver(messageFrom('DONOR', id, requestFor('5550279', '5550279', { customer }), 'with-proof'))
    await outReaches(portolan, id, 1)
    const [kept] = await portolan.db.sql<{ id: string; body: Buffer }>(
      "select id, body from message where msgid = 'with-proof'",
    )
    match(kept?.body.toString() ?? '', /secret-4711[\s\S]*secret-77/)
    const paths = [
      `/np_api/PortIn/get_xml/input_XML/${id}_001_authorisation_request.xml`,
      `/v1/ports/${id}/dossier`,
      `/v1/messages/${kept?.id}`,
    ]
    for (const path of paths) {
      const answer = await fetch(`${portolan.url}${path}`, { headers: { 'x-api-key': ADMIN_KEY } })
      const text = await answer.text()
      equal(answer.status, 200, path)
      match(text, /idnumber>\*\*\*</, path)
      ok(!text.includes('secret-'), path)
    }
  })
})
