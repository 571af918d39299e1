import { Button } from '@mantine/core'
import { type StepName, useRetrySteps } from '../api/ports.ts'
import { STEP_TITLES } from '../api/tables.gen.ts'
import { Refused } from './refused.tsx'

type Props = { readonly msgidentifier: string; readonly steps: readonly StepName[] }

/** Has failed steps tried again at once; a refusal stays beside the button. */
export function RetrySteps({ msgidentifier, steps }: Props) {
  const retry = useRetrySteps(msgidentifier)
  const titles = steps.map((step) => STEP_TITLES[step]).join(', ')
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Retry: ${titles}`}
        loading={retry.isPending}
        onClick={() => retry.mutate(steps)}
      >
        Retry
      </Button>
      {retry.error && <Refused error={retry.error} what={titles} />}
    </div>
  )
}
