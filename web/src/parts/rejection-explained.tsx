import { Alert, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Rejection } from '../api/ports.ts'
import classes from './parts.module.css'
import { fieldLabelOf, rejectionText } from './rejection.ts'

const AGAIN: Readonly<Record<Rejection['again'], string>> = {
  changed: 'With another value, asking again helps.',
  later: 'Asking again helps once that is settled.',
  never: 'Asking again does not help.',
}

type Props = { readonly donor: string; readonly rejection: Rejection; readonly children: ReactNode }

/** Why a donor refused, in the server's words: the cause, what to mend and where, and how often that has helped. */
export function RejectionExplained({ donor, rejection, children }: Props) {
  const { code, code_text, means, mend, field, again, automatic_fix, text, read_from, at_donor } = rejection
  return (
    <Alert color="stop" title={`${donor} refused: ${rejectionText(code)}`}>
      <dl className={`${classes.facts} ${classes.explained}`}>
        <Row name="What it means">
          {means}
          {read_from === 'words' && <span className={classes.quiet}> (read from its words)</span>}
        </Row>
        {text && text !== code_text && <Row name="In its own words">“{text}”</Row>}
        <Row name="What to mend">
          <strong>{mend}.</strong> {AGAIN[again]}
        </Row>
        {field && <Row name="Field">{fieldLabelOf(field)}</Row>}
        {automatic_fix && <Row name="Done by itself">{automatic_fix.means}</Row>}
        {at_donor && <Row name={`At ${donor}, 90 days`}>{pastOf(at_donor)}</Row>}
      </dl>
      <Text component="div">{children}</Text>
    </Alert>
  )
}

/** `refused 12 times for this; asked again 10 times, of which 9 went through (90%)`. */
function pastOf({ rejected, asked_again, cured, success_rate }: NonNullable<Rejection['at_donor']>): string {
  const refused = `refused ${times(rejected)} for this`
  if (success_rate === null) return `${refused}; never asked again yet`
  return `${refused}; asked again ${times(asked_again)}, of which ${cured} went through (${Math.round(success_rate * 100)}%)`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en')} times`
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
