import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Tier } from '../../accounts/key.ts'
import type { Port } from '../../porting/port.ts'
import type { PortInService } from '../../porting/port-in.ts'
import { Fault } from '../../shared/fault.ts'
import { ImportReason, reasonIn } from '../audit-reason.ts'
import { callerOf } from '../surface.ts'
import { foldingCase } from './body.ts'
import {
  contactOfWire,
  donorOfWire,
  filterOfWire,
  identifierOfWire,
  itemOf,
  type LocalNumbers,
  rangeOfWire,
  recordOf,
  stateOfWire,
} from './port-in.codec.ts'
import {
  CreatePortIn,
  Done,
  FileList,
  FilePath,
  Identifier,
  ListQuery,
  PortInList,
  PortInRecord,
  XmlFile,
} from './port-in.schema.ts'
import { refusals } from './refusals.schema.ts'

type Deps = { readonly portIn: PortInService; readonly numbers: LocalNumbers }

const DESK: readonly Tier[] = ['admin', 'pxs']
const FOLDERS = new Map<string, 'sent' | 'received'>([
  ['output_xml', 'sent'],
  ['input_xml', 'received'],
])
const CREATED = 'Port-in request created successfully'

/** `/np_api/PortIn`: wire words in, domain words on, wire words back. No rule of porting lives in this file. */
export const portInRoutes =
  ({ portIn, numbers }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/PortIn/create',
      {
        config: { tiers: DESK, operation: 'createPortIn' },
        schema: {
          tags: ['PortIn'],
          summary: 'Submit a new port-in request',
          description:
            'A non-zero PortingState imports a port instead (admin only); the header X-Audit-Reason then says why, for the audit.',
          headers: ImportReason,
          body: CreatePortIn,
          response: { 200: Done, ...refusals('createPortIn', 400, 403, 409) },
        },
        preValidation: foldingCase(CreatePortIn),
      },
      async (request) => {
        const { body } = request
        const caller = callerOf(request)
        const wanted = {
          range: rangeOfWire(body, numbers),
          numberType: body.Type_of_Numbers,
          accountType: body.AccountType,
          donor: donorOfWire(body.donornetworkoperator),
          email: body.email,
          contactNumber: contactOfWire(body.contacttelephonenumber),
          isCoolOffOverridden: body.overridecooloff ?? false,
          by: caller.name,
        }
        const code = body.PortingState ?? 0
        if (code !== 0 && caller.tier !== 'admin') throw importIsForAdmins()
        const port =
          code === 0
            ? await portIn.submit(wanted)
            : await portIn.importPort(
                wanted,
                stateOfWire(String(code), 'PortingState'),
                reasonIn(request.headers) ?? 'import by PortingState, no reason given',
              )
        return { result: 'success', msgidentifier: port.msgidentifier, message: CREATED } as const
      },
    )

    app.get(
      '/PortIn/list',
      {
        config: { tiers: DESK, operation: 'listPortIn' },
        schema: {
          tags: ['PortIn'],
          summary: 'List port-in requests, most recent first',
          description: 'Up to 30 records as printed; page, limit, state and q are additions of this implementation.',
          querystring: ListQuery,
          response: { 200: PortInList, ...refusals('listPortIn', 400, 403) },
        },
      },
      async ({ query }) => {
        const ports = await portIn.list(filterOfWire(query))
        return ports.map((port) => itemOf(port, numbers))
      },
    )

    app.get(
      '/PortIn/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'getPortIn' },
        schema: {
          tags: ['PortIn'],
          summary: 'Get a port-in request with its log',
          description: 'The identifier of a record that a resubmission replaced gives the newer record.',
          params: Identifier,
          response: { 200: PortInRecord, ...refusals('getPortIn', 403, 404) },
        },
      },
      async ({ params }) => {
        const { port, events } = await portIn.get(identifierOfWire(params.msgidentifier))
        return recordOf(port, events, numbers)
      },
    )

    app.post(
      '/PortIn/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'instructPortIn' },
        schema: {
          tags: ['PortIn'],
          summary: 'Send the instruction to proceed',
          description:
            'Only valid in Waiting_for_Instruction (2). Acts on the newest record of a chain. A body is ignored.',
          params: Identifier,
          response: {
            200: Done,
            ...refusals('instructPortIn', 403, 404, 409),
          },
        },
      },
      async (request) => {
        const asked = identifierOfWire(request.params.msgidentifier)
        return done('Instruction sent for', asked, await portIn.instruct(asked, callerOf(request).name))
      },
    )

    app.delete(
      '/PortIn/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'abortPortIn' },
        schema: {
          tags: ['PortIn'],
          summary: 'Abort a port-in request',
          description:
            'Valid until the instruction is sent: in NoPort (0, not acknowledged yet), Waiting_for_Authorisation_Response (1) and Waiting_for_Instruction (2). Acts on the newest record of a chain. A body is ignored.',
          params: Identifier,
          response: { 200: Done, ...refusals('abortPortIn', 403, 404, 409) },
        },
      },
      async (request) => {
        const asked = identifierOfWire(request.params.msgidentifier)
        return done('Abort sent for', asked, await portIn.abort(asked, callerOf(request).name))
      },
    )
  }

/** The XML messages of a port, as they were sent and received. */
export const xmlRoutes =
  ({ portIn }: Pick<Deps, 'portIn'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/PortIn/get_xml_list/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'listXml' },
        schema: {
          tags: ['PortIn'],
          summary: 'List the XML messages of a port',
          params: Identifier,
          response: { 200: FileList, ...refusals('listXml', 403, 404) },
        },
      },
      async ({ params }) => portIn.files(identifierOfWire(params.msgidentifier)),
    )

    app.get(
      '/PortIn/get_xml/:folder/:filename',
      {
        config: { tiers: DESK, operation: 'getXml' },
        schema: {
          tags: ['PortIn'],
          summary: 'Download an XML message of a port',
          description:
            'The message as it was sent or received, as an attachment; only a PIN and an account number are shown as ***. 403 when there is no such file, as printed in the document.',
          params: FilePath,
          response: {
            200: { description: 'The message', content: { 'application/xml': { schema: XmlFile } } },
            ...refusals('getXml', 403),
          },
        },
      },
      async ({ params }, reply) => {
        const folder = FOLDERS.get(params.folder.toLowerCase())
        if (!folder || !/^[A-Za-z0-9_-]{1,150}\.xml$/.test(params.filename)) throw fileNotFound()
        const { body } = await portIn.file(folder, params.filename)
        return (
          reply
            // whatever its sender called it (contract O-56)
            .type('application/xml')
            .header('content-disposition', `attachment; filename="${params.filename}"`)
            .send(body)
        )
      },
    )

    // whatever else is asked below get_xml, such as ../ that a client did not fold: no such file (contract O-18)
    app.get('/PortIn/get_xml/*', { config: { tiers: DESK, operation: 'getXml' }, schema: { hide: true } }, async () => {
      throw fileNotFound()
    })
  }

/** Contract O-31, O-58: the answer names the record that was acted on, which may be newer than the one asked for. */
function done(what: string, asked: string, { msgidentifier }: Port) {
  const replaced = asked === msgidentifier ? '' : `, which replaced ${asked}`
  return { result: 'success', msgidentifier, message: `${what} ${msgidentifier}${replaced}` } as const
}

function importIsForAdmins(): Fault {
  return new Fault(
    'import_admin_only',
    'a PortingState other than 0 imports a port, which needs an admin key; leave it out to submit a port-in',
    'PortingState',
  )
}

function fileNotFound(): Fault {
  return new Fault('file_not_found', 'there is no such file: take the folder and the name from get_xml_list')
}
