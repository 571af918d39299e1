import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSchema, type XmlSchema } from '../../shared/xml.ts'
import standard from './pxs.profile.json' with { type: 'json' }

/** Our word for everything that has a name on the wire; the profile says how the wire spells it. */
export type PxsName = keyof typeof standard.names

/**
 * How one PortingXS deployment writes: a JSON file with names, namespace and date format, and its XSD beside it. Where
 * the real schema spells things otherwise, another pair of files is all that changes.
 */
export type PxsProfile = Omit<typeof standard, 'names'> & {
  readonly names: Readonly<Record<PxsName, string>>
  readonly schema: XmlSchema
}

/** Reads `pxs.profile.json` and `pxs.xsd` of a folder. Throws with what is wrong: a mistake of the deployment. */
export function readPxsProfile(folder: string): PxsProfile {
  const file = join(folder, 'pxs.profile.json')
  // The JSON says what it is; the names are checked below, and a wrong remainder fails its own XSD at the first message.
  const profile = JSON.parse(readFileSync(file, 'utf8')) as typeof standard
  const missing = Object.keys(standard.names).filter((name) => !(name in (profile.names ?? {})))
  if (missing.length > 0) throw new Error(`${file}: no wire name for ${missing.join(', ')}`)
  if (!(profile.longestToken >= 1 && profile.longestToken <= LONGEST_INDEXED))
    throw new Error(`${file}: longestToken must be from 1 to ${LONGEST_INDEXED}, the maxLength of Token in the XSD`)
  return { ...profile, schema: compileSchema(readFileSync(join(folder, 'pxs.xsd'), 'utf8')) }
}

/** Characters of 4 bytes, of which a row of the index over sender and msgid (2704 bytes) holds both. */
const LONGEST_INDEXED = 300

/** The profile that ships: our proposal, `urn:np:pxs-profile:1`; PortingXS publishes none. */
export const PXS_PROFILE: PxsProfile = readPxsProfile(import.meta.dirname)
