import { Alert, Button, Text } from '@mantine/core'
import { Refusal } from '../api/client.ts'
import { happenedOf, messageOf } from '../api/reason.ts'

/** What the server said instead of an answer, word for word, under what has happened; an endpoint that is not there is called that. */
export function Refused({ error, what, again }: { error: unknown; what: string; again?: () => void }) {
  const isAbsent =
    error instanceof Refusal && error.status === 404 && /there is no (GET|POST|DELETE) /.test(error.message)
  return (
    <Alert
      color={isAbsent ? 'act' : 'stop'}
      role="alert"
      title={isAbsent ? `This server has no endpoint for ${what}` : `${what}: ${happenedOf(error)}`}
    >
      <Text size="sm">{messageOf(error)}</Text>
      {again && !isAbsent && (
        <Button size="xs" variant="default" mt="xs" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  )
}
