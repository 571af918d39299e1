import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Moon, Sun } from '../parts/icon.tsx'

export function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light')
  const other = shown === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon
      variant="transparent"
      color="white"
      size="lg"
      aria-label={`Use the ${other} theme`}
      onClick={() => setColorScheme(other)}
    >
      {other === 'dark' ? <Moon /> : <Sun />}
    </ActionIcon>
  )
}
