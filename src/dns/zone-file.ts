import { hasShape, shapeErrors } from '../shared/shape.ts'
import { ZoneConfig } from './zone-config.schema.ts'
import { checkZoneConfig } from './zone-config.ts'

/** The zones from a file's JSON. @throws Error that names the path of every field that is wrong */
export function parseZoneConfig(json: unknown): ZoneConfig {
  if (!hasShape(ZoneConfig, json)) {
    const problems = shapeErrors(ZoneConfig, json).map(
      ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
    )
    throw new Error(`the DNS zones are wrong: ${problems.join('; ')}`)
  }
  checkZoneConfig(json)
  return json
}
