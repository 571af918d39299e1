import type { Examples } from '../../src/http/examples.ts'
import { askHttp, type TestNpApi, testNpApi } from '../support/np-api.ts'
import { askedFor } from './asked-for.ts'
import { type Ask, type Deed, recorded } from './record.ts'

/**
 * The refusals of np_api that are an operation's own, as it gives them in the `doc` market. Its successes are those that the
 * document prints.
 */
export async function npApiExamples(): Promise<Examples> {
  const api = await testNpApi()
  try {
    return await recorded(steps(api), (method, path, { as = 'pxs', body, headers = {} }) =>
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

const CREATE = {
  email: 'ops@example.com',
  contacttelephonenumber: '5550100',
  Type_of_Numbers: 'mobile',
  telephonenumberseriestart: '5550100',
  telephonenumberserieend: '5550199',
  AccountType: 'Prepaid',
}
const { email: _email, ...WITHOUT_EMAIL } = CREATE
const SINGLE = { ...CREATE, telephonenumberseriestart: '5550300', telephonenumberserieend: '5550300' }

/** XX202501-CARR-00001 waits for its instruction, 2 is ported; XX202501-DONOR-00001 is authorised, 2 is rejected, 3 waits for us. */
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
    ['createPortIn',     200, 'POST /PortIn/create', { body: SINGLE }],
    ports,
    ['createPortIn',     400, 'POST /PortIn/create', { body: WITHOUT_EMAIL }],
    ['createPortIn',     403, 'POST /PortIn/create', { body: { ...CREATE, PortingState: 20 } }],
    ['createPortIn',     409, 'POST /PortIn/create', { body: CREATE }],
    ['listPortIn',       400, 'GET /PortIn/list?limit=0'],
    ['listPortIn',       403, 'GET /PortIn/list', { as: 'read_only' }],
    ['getPortIn',        404, 'GET /PortIn/XX202501-CARR-00009'],
    ['instructPortIn',   404, 'POST /PortIn/XX202501-CARR-00009'],
    ['instructPortIn',   409, `POST /PortIn/${ported}`],
    ['abortPortIn',      404, 'DELETE /PortIn/XX202501-CARR-00009'],
    ['abortPortIn',      409, `DELETE /PortIn/${ported}`],
    ['listXml',          404, 'GET /PortIn/get_xml_list/XX202501-CARR-00009'],
    ['getXml',           403, 'GET /PortIn/get_xml/output_XML/XX202501-CARR-00001_009_Abort.xml'],
    ['listPortOut',      400, 'GET /PortOut/list?limit=0'],
    ['getPortOut',       404, 'GET /PortOut/XX202501-DONOR-00009'],
    ['authorisePortOut', 200, `POST /PortOut/${authorised}`],
    ['authorisePortOut', 404, 'POST /PortOut/XX202501-DONOR-00009'],
    ['authorisePortOut', 409, `POST /PortOut/${authorised}`],
    ['rejectPortOut',    200, `DELETE /PortOut/${rejected}`, { body: { reason: 33 } }],
    ['rejectPortOut',    400, `DELETE /PortOut/${asked}`,    { body: { reason: 34 } }],
    ['rejectPortOut',    404, 'DELETE /PortOut/XX202501-DONOR-00009'],
    ['rejectPortOut',    409, `DELETE /PortOut/${rejected}`],
    ['getNumberInfo',    400, 'GET /info/5550100'],
    ['terminateNumber',  400, 'DELETE /terminate/15550100/fixed'],
    ['terminateNumber',  409, 'DELETE /terminate/15550400/mobile'],
    ['getRoute',         400, 'GET /route/5550100'],
    ['getRoute',         404, 'GET /route/15559999'],
    ['getHssRoute',      400, 'GET /route/hss_route/none'],
    ['pushRoute',        400, 'POST /route/15550400/NOBODY/mobile'],
    ['pushRoute',        409, 'POST /route/15550300/THIRD/mobile'],
    ['deleteRoute',      400, 'DELETE /route/none'],
    ['deleteRoute',      404, 'DELETE /route/15550400'],
    ['deleteRoute',      409, 'DELETE /route/15550300'],
    ['validateSms',      400, 'POST /validate/sms_validate', { body: { phone_number: '5', Operator: 'Twilio' } }],
    ['validateSms',      403, 'POST /validate/sms_validate', { as: 'clearinghouse', body: { phone_number: '5550100', Operator: 'Twilio' } }],
    ['receiveMessage',   403, 'POST /doc-pxs/recv/',         { as: 'admin' }],
    ['getDescription',   403, 'GET /swagger.json',           { as: 'clearinghouse' }],
  ]
}
