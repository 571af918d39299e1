import { Button, Paper, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { Refusal } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { useRoute } from '../api/routes.ts'
import { LocalNumberInput } from '../parts/local-number-input.tsx'
import { digitsOf, fullDigits } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { RouteResult } from '../parts/route-result.tsx'
import { useFocusInvalid } from '../parts/use-focus-invalid.ts'

const route = getRouteApi('/routing-query')

/** porting-manager.md, "Routing Query". The number asked for stands in the address, so an answer can be shared. */
export function RoutingQueryPage() {
  const { number } = route.useSearch()
  const navigate = route.useNavigate()
  const market = useMarket()
  const queries = useQueryClient()
  const [text, setText] = useState(number ?? '')
  const [problem, setProblem] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  const msisdn = number === undefined || market.country_code === '' ? undefined : fullDigits(number, market)
  const { error } = useRoute(msisdn)
  const refusal = error instanceof Refusal && error.status === 400 ? error.message : undefined
  useFocusInvalid(form, problem ?? (refusal && error))
  const check = (event: FormEvent) => {
    event.preventDefault()
    if (digitsOf(text) === '') {
      setProblem('Enter the local number that you want to look up.')
      return
    }
    setProblem(undefined)
    void queries.invalidateQueries({ queryKey: ['routes'] })
    void navigate({ to: '.', search: { number: text.trim() } })
  }
  return (
    <>
      <h1>Routing Query</h1>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          <form onSubmit={check} ref={form} noValidate>
            <Stack>
              <LocalNumberInput
                label="Local number"
                value={text}
                onChange={setText}
                error={problem ?? (text.trim() === number ? refusal : undefined)}
              />
              <Button type="submit">Check Routing</Button>
            </Stack>
          </form>
        </Paper>
        {msisdn !== undefined && refusal === undefined && <RouteResult msisdn={msisdn} />}
        {(number === undefined || refusal !== undefined) && (
          <p className={classes.hint}>
            The answer says where calls to the number go now, as the ENUM server tells every network.
          </p>
        )}
      </div>
    </>
  )
}
