// Before the first paint, so that a dark desk does not flash white. A file, because no inline script is allowed.
const chosen = localStorage.getItem('portolan.theme') ?? 'auto'
const isDark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
