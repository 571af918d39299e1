/**
 * The rows of the contract, transcribed by hand as ids and short names: what a test must show. They are kept apart from what
 * the code says of itself, so that neither can excuse the other.
 */
export type Row = { readonly id: string; readonly title: string }
export type Group = { readonly title: string; readonly rows: readonly Row[] }

const TIERS = ['admin', 'pxs', 'read_only', 'clearinghouse'] as const

/** Each endpoint has a row for its success, for each status that it refuses with, and for each tier that may ask or may not. */
// biome-ignore format: a table
export const ENDPOINTS: readonly [number: number, address: string, operation: string, refusals: readonly number[]][] = [
  [1,  'POST PortIn/create',                'createPortIn',     [400, 401, 403, 409, 429]],
  [2,  'GET PortIn/list',                   'listPortIn',       [400, 401, 403, 429]],
  [3,  'GET PortIn/{id}',                   'getPortIn',        [401, 403, 404, 429]],
  [4,  'POST PortIn/{id}',                  'instructPortIn',   [401, 403, 404, 409, 429]],
  [5,  'DELETE PortIn/{id}',                'abortPortIn',      [401, 403, 404, 409, 429]],
  [6,  'GET PortIn/get_xml_list/{id}',      'listXml',          [401, 403, 404, 429]],
  [7,  'GET PortIn/get_xml/{folder}/{file}', 'getXml',          [401, 403, 429]],
  [8,  'GET PortOut/list',                  'listPortOut',      [400, 401, 403, 429]],
  [9,  'GET PortOut/{id}',                  'getPortOut',       [401, 403, 404, 429]],
  [10, 'POST PortOut/{id}',                 'authorisePortOut', [401, 403, 404, 409, 429]],
  [11, 'DELETE PortOut/{id}',               'rejectPortOut',    [400, 401, 403, 404, 409, 429]],
  [12, 'GET route/{msisdn}',                'getRoute',         [400, 401, 403, 404, 429]],
  [13, 'POST route/{msisdn}/{operator}/{type}', 'pushRoute',    [400, 401, 403, 409, 429]],
  [14, 'DELETE route/{msisdn}',             'deleteRoute',      [400, 401, 403, 404, 409, 429]],
  [15, 'GET route/hss_route/{msisdn}',      'getHssRoute',      [400, 401, 403, 404, 429, 500]],
  [16, 'POST validate/sms_validate',        'validateSms',      [400, 401, 403, 429]],
  [17, 'GET info/{msisdn}',                 'getNumberInfo',    [400, 401, 403, 409, 429, 500]],
  [18, 'DELETE terminate/{msisdn}/{type}',  'terminateNumber',  [400, 401, 403, 409, 429]],
  [19, 'POST {prefix}/recv/',               'receiveMessage',   [400, 401, 403, 500]],
  [20, 'GET doc',                           'getExplorer',      [401, 403, 429]],
  [21, 'GET swagger.json',                  'getDescription',   [401, 403, 429]],
]

const CREATE_FIELDS = [
  'donornetworkoperator',
  'email',
  'overridecooloff',
  'contacttelephonenumber',
  'Type_of_Numbers',
  'telephonenumberseriestart',
  'telephonenumberserieend',
  'AccountType',
  'PortingState',
]

const RANGE_KEYS = ['phone_number_ranges', 'telephonenumberseriestart', 'telephonenumberserieend']

const PORT_IN_KEYS = [
  'port_in_id',
  'msgidentifier',
  'PortingState',
  'PortingStateString',
  'donornetworkoperator',
  'email',
  'contacttelephonenumber',
  'Type_of_Numbers',
  'AccountType',
  'overridecooloff',
  'submission_timestamp',
  'update_timestamp',
  'failure_reason',
  'original_porting_request',
  ...RANGE_KEYS,
  'events',
  'porting_in_event_id',
  'msgtype',
  'direction',
  'eventlog',
  'event submission_timestamp',
]

const PORT_OUT_KEYS = [
  'port_out_id',
  'msgidentifier',
  'PortingState',
  'PortingStateString',
  'recipientnetworkoperator',
  'Type_of_Numbers',
  'submission_timestamp',
  'update_timestamp',
  'phone_number_ranges',
  'events',
]

// biome-ignore format: a table
const STATES: readonly [code: number | string, name: string][] = [
  [0, 'NoPort'], [1, 'Waiting_for_Authorisation_Response'], [2, 'Waiting_for_Instruction'], [3, 'Waiting_for_Instruction_Response'],
  [10, 'Waiting_for_Ported_Response'], [11, 'Waiting_for_Change_Response'], [20, 'Number_Ported'], [30, 'Number_Ported_Complete'],
  [97, 'TimeOut'], [98, 'Aborted'], [99, 'Rejected'], ['unnumbered', 'Waiting_for_Authorisation'],
]

// biome-ignore format: a table
const REJECTIONS: readonly [code: number, name: string][] = [
  [0, 'Unknown'], [31, 'Account Suspended'], [32, 'Account Problem'], [33, 'Bill Problem'], [34, 'Deposit Exceeded'],
  [35, 'Incorrect Account Type'], [36, 'Reported Stolen or Lost'], [37, 'Special'], [38, 'No Cooling Off (Repatriation)'],
  [39, 'Prepaid Bill Problem'], [99, 'General Rejection'],
]

const RECEIVED: readonly [type: string, deed: string][] = [
  ['authorisation_request', 'makes a port-out'],
  ['authorisation_response', 'answers a port-in, code 35 once more'],
  ['instruction_response', 'leads to Waiting_for_Ported_Response'],
  ['ported', 'completes, routes, welcomes'],
  ['timedout', 'sets TimeOut'],
  ['terminated', 'removes the route'],
]

// biome-ignore format: a table
const PXS_MESSAGES: readonly [kind: string, deed: string][] = [
  ['authorisation_request', 'asks the donor'], ['authorisation_response', 'accepts or rejects'], ['instruction', 'says go'],
  ['instruction_response', 'takes or refuses it'], ['change', 'asks for another date'], ['change_response', 'back to the state before'],
  ['abort', 'takes the request back'], ['abort_response', 'confirms it'], ['ported', 'tells everybody'], ['timedout', 'says the phase'],
  ['termination_request', 'gives a number back'], ['terminated', 'tells everybody'], ['numberinfo_request', 'asks who serves'],
  ['numberinfo_response', 'says who'], ['sync_request', 'asks for a replay'], ['error', 'about an acknowledged message'],
]

// biome-ignore format: a table
const RESOLUTIONS: readonly [id: string, room: 'HTTP' | 'UI' | 'DNS' | 'PXS' | 'porting' | 'native' | 'paper', title: string][] = [
  ['O-01', 'DNS',     'one number, two apexes, one answer'],
  ['O-02', 'DNS',     'RFC 6116 in the place of 3761'],
  ['O-03', 'DNS',     'two profiles of the enumservice'],
  ['O-04', 'DNS',     'class, TTL, replacement; the backslash in text'],
  ['O-05', 'DNS',     'a routing number is global or has a context'],
  ['O-06', 'DNS',     'the plan of the document, and a real one'],
  ['O-07', 'porting', 'the state without a number'],
  ['O-08', 'UI',      'all eleven states shown; 11 by a change'],
  ['O-09', 'porting', 'from 20 to 30 when every step is confirmed'],
  ['O-10', 'UI',      'Abort in state 2 stands in the menu'],
  ['O-11', 'HTTP',    'import by PortingState'],
  ['O-12', 'HTTP',    'what read_only may ask'],
  ['O-13', 'UI',      'one tier, two labels'],
  ['O-14', 'HTTP',    'recv for clearinghouses alone'],
  ['O-15', 'HTTP',    'what only an admin may'],
  ['O-16', 'HTTP',    'Basic, or the key alone'],
  ['O-17', 'HTTP',    'statuses and the envelope of refusals'],
  ['O-18', 'HTTP',    'no such file is 403'],
  ['O-19', 'HTTP',    'the folder in any case'],
  ['O-20', 'HTTP',    'GET of a port is the whole record'],
  ['O-21', 'HTTP',    'msisdn is E.164 without plus'],
  ['O-22', 'HTTP',    'all 21 endpoints, with the prefix'],
  ['O-23', 'HTTP',    'reserved words'],
  ['O-24', 'HTTP',    'thirty records, paging beside it'],
  ['O-25', 'HTTP',    'timestamps without and with zone'],
  ['O-26', 'HTTP',    'direction 0 sent, 1 received'],
  ['O-27', 'HTTP',    'words of message types'],
  ['O-28', 'HTTP',    'porting_out_event_id'],
  ['O-29', 'PXS',     'an unknown code is 0, its text kept'],
  ['O-30', 'porting', 'one toggle a chain'],
  ['O-31', 'HTTP',    'an old identifier leads to the newest record'],
  ['O-32', 'HTTP',    'the original request of a chain'],
  ['O-33', 'UI',      'Authorization Number fills itself; Target shows it'],
  ['O-34', 'HTTP',    'words in any case'],
  ['O-35', 'porting', 'the pattern of a msgidentifier'],
  ['O-36', 'porting', 'the rules of a range'],
  ['O-37', 'HTTP',    'ranges are an array'],
  ['O-38', 'HTTP',    'Plivo and Pilvo'],
  ['O-39', 'UI',      'nine providers'],
  ['O-40', 'HTTP',    'what sms_validate requires and answers'],
  ['O-41', 'UI',      'one call per chosen provider'],
  ['O-42', 'HTTP',    'the shape of a route'],
  ['O-43', 'porting', 'a port-out repoints and deletes nothing'],
  ['O-44', 'HTTP',    'a second removal changes nothing'],
  ['O-45', 'porting', 'the states of a port-out'],
  ['O-46', 'HTTP',    'a rejection has one of four reasons'],
  ['O-47', 'UI',      'the Service Type cell is a button'],
  ['O-48', 'native',  'signed webhooks; the eligibility question'],
  ['O-49', 'native',  'NPAC by the same states'],
  ['O-50', 'PXS',     'pushed or polled, stored raw'],
  ['O-51', 'PXS',     'what recv answers'],
  ['O-52', 'HTTP',    'who reads the description'],
  ['O-53', 'UI',      'spellings as printed'],
  ['O-54', 'porting', 'a waived cool-off says who and when'],
  ['O-55', 'porting', '20 and 30 are both ported'],
  ['O-56', 'HTTP',    'names of XML files'],
  ['O-57', 'HTTP',    'XML of port-outs'],
  ['O-58', 'HTTP',    'the answer to a command'],
  ['O-59', 'porting', 'cool-off of a country'],
  ['O-60', 'HTTP',    'an item of the list'],
  ['O-61', 'UI',      'Change API Key'],
]

// biome-ignore format: a table
const SCREENS: readonly [page: string, parts: readonly string[]][] = [
  ['Enter API Key',        ['modal', 'Save Changes', 'kept in the browser']],
  ['Change API Key',       ['button']],
  ['navigation',           ['admin', 'pxs', 'read_only']],
  ['Porting Request',      ['fields', 'Total Numbers', 'Authorization Number', 'Submit', 'identifier shown']],
  ['Port IN',              ['columns', 'Event History', 'Abort', 'Instruction', 'original green', 'rejection red']],
  ['Event History',        ['Events', 'XML Bodies', 'Detailed Data']],
  ['Port OUT',             ['columns', 'Event Log', 'Authorise', 'Reject']],
  ['Routing Query',        ['Check Routing', 'five fields']],
  ['Push Routing',         ['fields', 'submit']],
  ['Validate SMS Routing', ['providers', 'Check Routing', 'rows green and red', 'debug info']],
]

/** What people do with the product, as the document's chapters on workflows and common issues have it. */
// biome-ignore format: a table
const WORKFLOWS: readonly [name: string, title: string][] = [
  ['port-in',                        'from the request to the charging'],
  ['port-out',                       'from the request to the final bill'],
  ['Morning Status Review',          'what happened overnight'],
  ['Action Item Processing',         'what waits for a person'],
  ['Error Resolution',               'failed and rejected ports'],
  ['Customer Communication',         'what customers are told, and when'],
  ['Port stuck in pending state',    'connectivity, customer data, the log'],
  ['Routing not updated after port', 'state, query, push'],
  ['SMS validation failures',        'the ids that the provider asks for'],
]

// biome-ignore format: a table
const INVARIANTS: readonly [id: string, title: string][] = [
  ['I1', 'one owner of a number'], ['I2', 'one live port of a number'], ['I3', 'custody and allocation fit'],
  ['I4', 'no line of an order vanishes'], ['I5', 'ranges make up the order'], ['I6', 'states move along edges, one event each'],
  ['I7', 'ported is routed'], ['I8', 'a route of a port has its port'], ['I9', 'npdi always, rn when ported'],
  ['I10', 'the DNS answers the routes'], ['I11', 'a message counts once'], ['I12', 'the ledger sums to zero'],
  ['I13', 'cost is the sum of its legs'], ['I14', 'a released number is not ours to sell'], ['I15', 'no reassignment before aging ends'],
  ['I16', 'a commit is seen on every surface'], ['I17', 'no secret is told'], ['I18', 'a principal sees its own'],
  ['I19', 'a day stays the day it was'], ['I20', 'no port-out without a basis'], ['I21', 'one retry on code 35'],
  ['I22', 'refusals are of the catalogue'], ['I23', 'a live port has a next event'],
]

const rowsOf = (kind: string, table: readonly (readonly [id: string | number, title: string])[]): Row[] =>
  table.map(([id, title]) => ({ id: `${kind} ${id}`, title }))
const named = (kind: string, names: readonly string[]): Row[] =>
  names.map((name) => ({ id: `${kind} ${name}`, title: '' }))

function endpointRows([number, address, , refusals]: (typeof ENDPOINTS)[number]): Row[] {
  const parts = ['success', ...refusals.map(String), ...TIERS.map((tier) => `tier ${tier}`)]
  return parts.map((part) => ({ id: `endpoint ${number} ${part}`, title: address }))
}

export const GROUPS: readonly Group[] = [
  { title: 'Endpoints', rows: ENDPOINTS.flatMap(endpointRows) },
  { title: 'Fields of PortIn/create', rows: named('field', CREATE_FIELDS) },
  { title: 'Keys of a PortIn record', rows: named('PortIn', PORT_IN_KEYS) },
  { title: 'Keys of a PortOut record', rows: named('PortOut', PORT_OUT_KEYS) },
  { title: 'States', rows: rowsOf('state', STATES) },
  { title: 'Rejection codes', rows: rowsOf('code', REJECTIONS) },
  { title: 'Messages that recv takes', rows: rowsOf('recv', RECEIVED) },
  { title: 'Messages of the PXS profile', rows: rowsOf('PXS', PXS_MESSAGES) },
  {
    title: 'Gaps of the document and how they are resolved',
    rows: RESOLUTIONS.map(([id, room, title]) => ({ id, title: `${room}: ${title}` })),
  },
  {
    title: 'Screens',
    rows: SCREENS.flatMap(([page, parts]) =>
      named(
        'UI',
        parts.map((part) => `${page}: ${part}`),
      ),
    ),
  },
  { title: 'Workflows and common issues', rows: rowsOf('workflow', WORKFLOWS) },
  { title: 'Invariants', rows: INVARIANTS.map(([id, title]) => ({ id, title })) },
]

export const ROWS: ReadonlyMap<string, Row> = new Map(GROUPS.flatMap(({ rows }) => rows).map((row) => [row.id, row]))
