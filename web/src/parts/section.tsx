import { Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of a page with its own heading, by which it is found. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  )
}
