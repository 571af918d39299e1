import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian and its relatives put Chromium. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/lib/chromium/chromium',
  '/usr/bin/google-chrome',
]
// biome-ignore format: a list
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--hide-scrollbars',
]

export const chromiumPath = PLACES.find((place) => existsSync(place))

/** Why the tests of the UI do not run here; false where they do. */
export const withoutBrowser: string | false =
  chromiumPath === undefined &&
  `NO CHROMIUM: the web UI is NOT tested. Install it (apt-get install chromium); looked in ${PLACES.join(', ')}`
if (withoutBrowser) console.error(`\n${'!'.repeat(100)}\n${withoutBrowser}\n${'!'.repeat(100)}\n`)

/** A Chromium of its own, in a profile of its own that is gone afterwards. */
export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(String(withoutBrowser))
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS, timeout: 120_000 })
}
