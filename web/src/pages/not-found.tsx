import { Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

export function NotFound() {
  return (
    <Stack>
      <h1>There is no such page</h1>
      <Text>
        The address may be misspelt. <Link to="/">Go to the first page</Link>.
      </Text>
    </Stack>
  )
}
