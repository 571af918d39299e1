import { createTheme, Loader, localStorageColorSchemeManager, type MantineColorsTuple, Modal } from '@mantine/core'

/** Each shade 7 carries white text at 4.5:1 or better, each shade 9 reads on its own shade 0 (WCAG 2.2, 1.4.3). */
// biome-ignore format: tables of ten shades, the lightest first
const PALETTES = {
  ocean: ['#eaf3fa', '#d3e5f3', '#a4c9e6', '#72acd9', '#4a93ce', '#3083c7', '#1f73b4', '#175f98', '#114d7d', '#0c3a60'],
  go:    ['#e8f7ee', '#d2eedd', '#a2dcb9', '#70c993', '#47ba73', '#2eaf5e', '#239a50', '#177a3e', '#105f30', '#0a4622'],
  stop:  ['#fdecec', '#f9d6d6', '#f0a9a9', '#e87a7a', '#e15252', '#dd3a3a', '#cf2c2c', '#b82323', '#951c1c', '#701414'],
  dark:  ['#dfe5ea', '#c3ccd4', '#a4b0bc', '#7d8995', '#4a5560', '#3a434d', '#28303a', '#1c2229', '#171c22', '#12161b'],
  act:   ['#fff5e0', '#ffe8bd', '#ffd285', '#ffba48', '#f5a522', '#dd8f0f', '#b87400', '#8f5a00', '#744900', '#573600'],
} as const satisfies Record<string, MantineColorsTuple>

export const theme = createTheme({
  primaryColor: 'ocean',
  primaryShade: { light: 7, dark: 7 },
  colors: PALETTES,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // a name needs a role to be the name of
    Loader: Loader.extend({ defaultProps: { role: 'progressbar' } }),
    // its own header element would be a second banner of the page
    Modal: Modal.extend({
      defaultProps: { attributes: { header: { role: 'none' } }, closeButtonProps: { 'aria-label': 'Close' } },
    }),
  },
  headings: { fontWeight: '650' },
})

/** `public/theme.js` reads the same name before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'portolan.theme' })
