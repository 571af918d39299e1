import { Alert, Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, type Input } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { AskForm } from '../parts/ask-form.tsx'
import { useDraft } from '../parts/draft.ts'
import { countOf, fullDigits, rangeText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortInWatch } from '../parts/port-in-watch.tsx'
import { FIELD_LABELS } from '../parts/rejection.ts'
import { EMPTY_REQUEST, LAST_SUBMITTED, REQUEST_DRAFT, type RequestValues } from './porting-request-draft.ts'

type Body = Input<'createPortIn'>['body']

type Field = keyof RequestValues

/** porting-manager.md, "New Porting Request": the form, and then the port on its way, on one screen. */
export function PortingRequestPage() {
  const market = useMarket()
  const queries = useQueryClient()
  const { values, set, clear } = useDraft(REQUEST_DRAFT, EMPTY_REQUEST)
  const [submitted, setSubmitted] = useState(() => sessionStorage.getItem(LAST_SUBMITTED) ?? undefined)
  const submit = useMutation({
    mutationFn: () => ask('createPortIn', { body: bodyOf(values) }),
    onSuccess: ({ msgidentifier }) => {
      sessionStorage.setItem(LAST_SUBMITTED, msgidentifier)
      setSubmitted(msgidentifier)
      clear()
      void queries.invalidateQueries({ queryKey: ['ports'] })
    },
  })
  const text = (field: Field, reasons: Readonly<Record<string, string>>) => ({
    value: values[field],
    error: reasons[field],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => set(field, value),
  })
  const last = values.telephonenumberserieend || values.telephonenumberseriestart
  const range = {
    first_number: fullDigits(values.telephonenumberseriestart, market),
    last_number: fullDigits(last, market),
  }
  const count = values.telephonenumberseriestart === '' ? undefined : countOf(range)
  const example = market.number_examples[values.Type_of_Numbers === 'Fixed' ? 'fixed' : 'mobile']

  return (
    <>
      <div className={classes.headingRow}>
        <h1>Porting Request</h1>
        <Link to="/porting-request/many">Many at once, from CSV</Link>
      </div>
      <div className={classes.sideBySide}>
        <Paper withBorder p="lg">
          <AskForm name="New porting request" error={submit.error} labels={FIELD_LABELS} onSend={() => submit.mutate()}>
            {(reasons) => (
              <>
                <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
                  <NativeSelect
                    label="Donor Network Operator"
                    description="Auto finds it from the number range"
                    {...text('donornetworkoperator', reasons)}
                    data={[
                      { value: '', label: 'Auto' },
                      ...market.operators
                        .filter(({ code }) => code !== market.operator.code)
                        .map(({ code, name }) => ({ value: code, label: `${code} — ${name}` })),
                    ]}
                  />
                  <NativeSelect
                    label="Override Cool Off"
                    description="True only if the customer has waived it"
                    {...text('overridecooloff', reasons)}
                    data={['False', 'True']}
                  />
                  <NativeSelect
                    label="Account Type"
                    description="As the donor has it on record"
                    {...text('AccountType', reasons)}
                    data={['Prepaid', 'Postpaid']}
                  />
                  <NativeSelect
                    label="Type of Numbers"
                    description="All numbers of a range are of one type"
                    {...text('Type_of_Numbers', reasons)}
                    data={['Mobile', 'Fixed']}
                  />
                  <TextInput
                    label="First Number"
                    description={`Local format, such as ${example}`}
                    required
                    withAsterisk={false}
                    inputMode="tel"
                    autoComplete="off"
                    {...text('telephonenumberseriestart', reasons)}
                  />
                  <TextInput
                    label="Last Number"
                    description="Left blank: the same as First Number"
                    inputMode="tel"
                    autoComplete="off"
                    placeholder={values.telephonenumberseriestart}
                    {...text('telephonenumberserieend', reasons)}
                  />
                </SimpleGrid>
                <div className={classes.total} data-empty={count === undefined || undefined}>
                  <span>
                    Total Numbers <output aria-label="Total Numbers">{count?.toLocaleString('en') ?? '–'}</output>
                  </span>
                  {count !== undefined && <span className={classes.number}>{rangeText(range, market)}</span>}
                </div>
                <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
                  <TextInput
                    label="Email (Contact)"
                    required
                    withAsterisk={false}
                    type="email"
                    autoComplete="email"
                    {...text('email', reasons)}
                  />
                  <TextInput
                    label="Authorization Number"
                    inputMode="tel"
                    autoComplete="off"
                    placeholder={values.telephonenumberseriestart || 'As First Number'}
                    {...text('contacttelephonenumber', reasons)}
                  />
                </SimpleGrid>
                <Group>
                  <Button type="submit" loading={submit.isPending}>
                    Submit
                  </Button>
                  <Button variant="default" onClick={clear}>
                    Clear
                  </Button>
                  <Text size="xs" c="dimmed">
                    What you type is kept until you submit, also over a reload.
                  </Text>
                </Group>
              </>
            )}
          </AskForm>
        </Paper>
        {submitted === undefined ? (
          <WhatHappens />
        ) : (
          <Stack component="section" aria-label="The request on its way">
            <Alert color="go" role="status" title={submit.data?.message ?? 'Your last request'}>
              The message identifier is <strong className={classes.code}>{submitted}</strong>.
            </Alert>
            <PortInWatch msgidentifier={submitted} />
          </Stack>
        )}
      </div>
    </>
  )
}

/** What is blank is filled from the first number, as the document says of the form. */
function bodyOf(values: RequestValues): Body {
  const { telephonenumberseriestart: first, telephonenumberserieend: last, contacttelephonenumber: contact } = values
  return {
    ...(values.donornetworkoperator && { donornetworkoperator: values.donornetworkoperator }),
    overridecooloff: values.overridecooloff === 'True',
    AccountType: values.AccountType === 'Postpaid' ? 'Postpaid' : 'Prepaid',
    Type_of_Numbers: values.Type_of_Numbers === 'Fixed' ? 'fixed' : 'mobile',
    telephonenumberseriestart: first.trim(),
    telephonenumberserieend: last.trim() || first.trim(),
    email: values.email.trim(),
    contacttelephonenumber: contact.trim() || first.trim(),
  }
}

function WhatHappens() {
  return (
    <Stack component="section" aria-label="What happens next" gap="sm" className={classes.aside}>
      <Title order={2} size="h4">
        What happens next
      </Title>
      <ol className={classes.prose}>
        <li>The clearinghouse passes the request to the donor, who has to answer within the market's window.</li>
        <li>Once the donor has authorised it, you confirm with Instruction. Until then you can abort.</li>
        <li>When the number is ported, calls are routed to us from that instant.</li>
      </ol>
      <Text size="sm" c="dimmed">
        If the donor has the other account type on record, the request is resubmitted with it, once, by itself.
      </Text>
    </Stack>
  )
}
