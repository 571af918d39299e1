import type { NodeAnswer } from '../api/routes.ts'
import classes from './parts.module.css'

/** NAPTR records as a zone file has them (RFC 3403 §4). */
export function NaptrRecords({ records }: { readonly records: NodeAnswer['answers'][number]['records'] }) {
  return records.map(({ order, preference, flags, services, regexp }) => (
    <code key={`${order} ${preference} ${regexp}`} className={classes.record}>
      {order} {preference} "{flags}" "{services}" "{regexp}" .
    </code>
  ))
}
