import type { Examples } from '../../src/http/examples.ts'
import { askHttp, PRINTED_CREATE as CREATE, type TestNpApi, testNpApi } from '../support/np-api.ts'
import { askedFor } from './asked-for.ts'
import { type Ask, type Deed, recorded } from './record.ts'

/** The examples of np_api: what it answers in the `doc` market, about a few ports and numbers. No peer of a deployment is there. */
export async function npApiExamples(): Promise<Examples> {
  const api = await testNpApi()
  try {
    return await recorded('/np_api', steps(api), (method, path, { as = 'pxs', body, headers = {} }) =>
      askHttp(`${api.url}/np_api${path}`, {
        method,
        headers: {
          'x-api-key': api.key[as],
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  } finally {
    await api.close()
  }
}

const { email: _email, ...WITHOUT_EMAIL } = CREATE
const single = (number: string) => ({ ...CREATE, telephonenumberseriestart: number, telephonenumberserieend: number })

/** XX202501-CARR-00001 waits for its instruction, 2 is ported, 3 is new; XX202501-DONOR-00001 is authorised, 2 is rejected, 3 waits for us. */
function steps({ move, porting }: TestNpApi): readonly (Ask | Deed)[] {
  const [waiting, ported] = ['XX202501-CARR-00001', 'XX202501-CARR-00002']
  const [authorised, rejected, asked] = ['XX202501-DONOR-00001', 'XX202501-DONOR-00002', 'XX202501-DONOR-00003']
  const ports: Deed = async () => {
    await move(waiting, 'pxs:acknowledged', 'pxs:authorised')
    await move(ported, 'pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instructed', 'pxs:ported')
    for (const [index, id] of [authorised, rejected, asked].entries()) await askedFor(porting, `555020${index}`, id)
  }
  // biome-ignore format: a table
  return [
    ['createPortIn',     200, 'POST /PortIn/create', { body: CREATE }],
    ['createPortIn',     200, 'POST /PortIn/create', { body: single('5550300') }],
    ['createPortIn',     200, 'POST /PortIn/create', { body: single('5550301') }],
    ports,
    ['createPortIn',     400, 'POST /PortIn/create', { body: WITHOUT_EMAIL }],
    ['createPortIn',     403, 'POST /PortIn/create', { body: { ...CREATE, PortingState: 20 } }],
    ['createPortIn',     409, 'POST /PortIn/create', { body: CREATE }],
    ['listPortIn',       200, 'GET /PortIn/list?state=2'],
    ['listPortIn',       400, 'GET /PortIn/list?limit=0'],
    ['listPortIn',       403, 'GET /PortIn/list', { as: 'read_only' }],
    ['getPortIn',        200, `GET /PortIn/${waiting}`],
    ['getPortIn',        404, 'GET /PortIn/XX202501-CARR-00009'],
    ['listXml',          200, `GET /PortIn/get_xml_list/${waiting}`],
    ['getXml',           200, `GET /PortIn/get_xml/output_XML/${waiting}_001_PortingRequest.xml`],
    ['instructPortIn',   200, `POST /PortIn/${waiting}`],
    ['instructPortIn',   404, 'POST /PortIn/XX202501-CARR-00009'],
    ['instructPortIn',   409, `POST /PortIn/${ported}`],
    ['abortPortIn',      200, 'DELETE /PortIn/XX202501-CARR-00003'],
    ['abortPortIn',      404, 'DELETE /PortIn/XX202501-CARR-00009'],
    ['abortPortIn',      409, `DELETE /PortIn/${ported}`],
    ['listXml',          404, 'GET /PortIn/get_xml_list/XX202501-CARR-00009'],
    ['getXml',           403, 'GET /PortIn/get_xml/output_XML/XX202501-CARR-00001_009_Abort.xml'],
    ['listPortOut',      200, 'GET /PortOut/list?limit=1'],
    ['listPortOut',      400, 'GET /PortOut/list?limit=0'],
    ['getPortOut',       200, `GET /PortOut/${authorised}`],
    ['getPortOut',       404, 'GET /PortOut/XX202501-DONOR-00009'],
    ['authorisePortOut', 200, `POST /PortOut/${authorised}`],
    ['authorisePortOut', 404, 'POST /PortOut/XX202501-DONOR-00009'],
    ['authorisePortOut', 409, `POST /PortOut/${authorised}`],
    ['rejectPortOut',    200, `DELETE /PortOut/${rejected}`, { body: { reason: 33 } }],
    ['rejectPortOut',    400, `DELETE /PortOut/${asked}`,    { body: { reason: 34 } }],
    ['rejectPortOut',    404, 'DELETE /PortOut/XX202501-DONOR-00009'],
    ['rejectPortOut',    409, `DELETE /PortOut/${rejected}`],
    ['getNumberInfo',    400, 'GET /info/5550100'],
    ['terminateNumber',  200, 'DELETE /terminate/15550250/mobile'],
    ['terminateNumber',  400, 'DELETE /terminate/15550100/fixed'],
    ['terminateNumber',  409, 'DELETE /terminate/15550400/mobile'],
    ['getRoute',         400, 'GET /route/5550100'],
    ['getRoute',         404, 'GET /route/15559999'],
    ['getHssRoute',      400, 'GET /route/hss_route/none'],
    ['pushRoute',        200, 'POST /route/15550410/CARR/mobile'],
    ['pushRoute',        400, 'POST /route/15550400/NOBODY/mobile'],
    ['pushRoute',        409, 'POST /route/15550300/THIRD/mobile'],
    ['deleteRoute',      200, 'DELETE /route/15550410'],
    ['deleteRoute',      400, 'DELETE /route/none'],
    ['deleteRoute',      404, 'DELETE /route/15550400'],
    ['deleteRoute',      409, 'DELETE /route/15550300'],
    ['validateSms',      400, 'POST /validate/sms_validate', { body: { phone_number: '5', Operator: 'Twilio' } }],
    ['validateSms',      403, 'POST /validate/sms_validate', { as: 'clearinghouse', body: { phone_number: '5550100', Operator: 'Twilio' } }],
    ['receiveMessage',   403, 'POST /doc-pxs/recv/',         { as: 'admin' }],
    ['getDescription',   403, 'GET /swagger.json',           { as: 'clearinghouse' }],
  ]
}
