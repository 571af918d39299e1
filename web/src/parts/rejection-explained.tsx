import { Alert, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Rejection } from '../api/ports.ts'
import { timesOf } from './count.ts'
import { Fact } from './fact.tsx'
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
        <Fact name="What it means">
          {means}
          {read_from === 'words' && <span className={classes.quiet}> (read from its words)</span>}
        </Fact>
        {text && text !== code_text && <Fact name="In its own words">“{text}”</Fact>}
        <Fact name="What to mend">
          <strong>{mend}.</strong> {AGAIN[again]}
        </Fact>
        {field && <Fact name="Field">{fieldLabelOf(field)}</Fact>}
        {automatic_fix && <Fact name="Done by itself">{automatic_fix.means}</Fact>}
        {at_donor && <Fact name={`At ${donor}, 90 days`}>{pastOf(at_donor)}</Fact>}
      </dl>
      <Text component="div">{children}</Text>
    </Alert>
  )
}

/** `refused 12 times for this; asked again 10 times, of which 9 went through (90%)`. */
function pastOf({ rejected, asked_again, cured, success_rate }: NonNullable<Rejection['at_donor']>): string {
  const refused = `refused ${timesOf(rejected)} for this`
  if (success_rate === null) return `${refused}; never asked again yet`
  return `${refused}; asked again ${timesOf(asked_again)}, of which ${cured} went through (${Math.round(success_rate * 100)}%)`
}
