import { useEffect } from 'react'

const SCHEME = 'data-mantine-color-scheme'

/** Paper is white: a page that is dark on the screen is printed with the colours of the light theme. */
export function usePrintInLight(): void {
  useEffect(() => {
    const print = matchMedia('print')
    let before: string | null = null
    const change = () => {
      const root = document.documentElement
      if (print.matches) {
        before = root.getAttribute(SCHEME)
        root.setAttribute(SCHEME, 'light')
      } else if (before !== null) {
        root.setAttribute(SCHEME, before)
        before = null
      }
    }
    print.addEventListener('change', change)
    return () => print.removeEventListener('change', change)
  }, [])
}
