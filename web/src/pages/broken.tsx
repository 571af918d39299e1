import { Button, Stack, Text } from '@mantine/core'
import { messageOf } from '../api/reason.ts'

/** The code of a page did not come. */
export class PageNotFetched extends Error {}

/** In place of a page that cannot be shown. */
export function Broken({ error }: { readonly error: unknown }) {
  return (
    <Stack role="alert">
      <h1>This page cannot be shown</h1>
      <Text>
        {error instanceof PageNotFetched
          ? 'The server does not answer, or it has a newer version of the desk.'
          : `The desk has failed here: ${messageOf(error)}`}{' '}
        What you have typed elsewhere is kept.
      </Text>
      <Button w="fit-content" onClick={() => location.reload()}>
        Load it again
      </Button>
    </Stack>
  )
}
