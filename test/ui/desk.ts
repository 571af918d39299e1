import { deepEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, afterEach, beforeEach } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { buildWeb } from '../../scripts/build-web.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'
import { launchBrowser, withoutBrowser } from './browser.ts'

export type Tier = 'admin' | 'pxs' | 'read_only'
export type Look = {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  /** Where the product is reached; its own address when absent. */
  readonly at?: string
}

/** The running product and a browser on it. No request is intercepted. */
export type Desk = {
  readonly portolan: TestPortolan
  /** A page of a browser that has the key of a tier already, or none. */
  open(path: string, tier: Tier | undefined, look?: Look): Promise<DeskPage>
}

/** A page, and what went wrong on it: errors of scripts, breaches of the policy, requests to anybody else. */
export type DeskPage = Page & { readonly wrongs: readonly string[] }

/**
 * For `beforeEach`: opens what all tests of a file share, once and before the first of them that runs. `before` runs also where
 * every test of a file is left out (--test-name-pattern), and what it had opened then would keep the process for good.
 */
export function beforeFirst(open: () => Promise<void>): () => Promise<void> {
  let opened: Promise<void> | undefined
  return () => {
    opened ??= open()
    return opened
  }
}

/**
 * The one desk of all tests of a file: opened before the first of them that runs, and closed after the last. The pages of a test end
 * with it: they would ask the server for as long as the others run.
 *
 * @param prepare - starts what it needs beside it; returns the settings
 */
export function deskOfFile(prepare: () => Promise<Settings> | Settings = () => ({})): Desk {
  let desk: OpenDesk | undefined
  const opened = () => {
    if (!desk) throw new Error('the desk is opened before a test, not before its file')
    return desk
  }
  beforeEach(
    beforeFirst(async () => {
      if (!withoutBrowser) desk = await openDesk(await prepare())
    }),
  )
  afterEach(() => desk?.closePages())
  after(() => desk?.close())
  return {
    get portolan() {
      return opened().portolan
    },
    open: (path, tier, look) => opened().open(path, tier, look),
  }
}

type Settings = Readonly<Record<string, string>>
type OpenDesk = Desk & { closePages(): Promise<void>; close(): Promise<void> }

async function openDesk(settings: Settings): Promise<OpenDesk> {
  await buildWeb()
  const portolan = await testPortolan({ PORTOLAN_SIM_STEP_MS: '150', ...settings })
  let browser: Browser | undefined
  try {
    browser = await launchBrowser()
  } catch (error) {
    await portolan.close()
    throw error
  }
  const opened = browser
  return {
    portolan,
    open: (path, tier, look) => openPage({ browser: opened, portolan, path, tier, ...look }),
    async closePages() {
      for (const context of opened.contexts()) await context.close()
    },
    async close() {
      await opened.close()
      await portolan.close()
    },
  }
}

type Opening = Look & {
  readonly browser: Browser
  readonly portolan: TestPortolan
  readonly path: string
  readonly tier: Tier | undefined
}

async function openPage(opening: Opening): Promise<DeskPage> {
  const { browser, portolan, path, tier, width = 1280, theme = 'light', at = portolan.url } = opening
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme: theme,
    locale: 'en-GB',
    baseURL: at,
    reducedMotion: 'reduce',
  })
  if (tier !== undefined) {
    const entry = { name: 'portolan.key', value: portolan.keys[tier] ?? '' }
    await context.addInitScript(({ name, value }) => {
      if (sessionStorage.getItem('test.keyed')) return
      sessionStorage.setItem('test.keyed', 'yes')
      localStorage.setItem(name, value)
    }, entry)
  }
  // of every page in it
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const wrongs: string[] = []
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // an answer that is not 200 is logged by the browser itself; it is for the page to show
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isAnswer) wrongs.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(at).origin) wrongs.push(`request to ${request.url()}`)
  })
  await page.goto(path)
  return Object.assign(page, { wrongs })
}

/** What is said of a field beside its name: all that a screen reader adds to it. */
export function saidOf(field: Locator): Promise<string> {
  return field.evaluate((node) =>
    (node.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id: string) => node.ownerDocument.getElementById(id)?.textContent ?? '')
      .join(' '),
  )
}

/** The same of the field that has the focus, as soon as one has it that is wrong; a radio button is wrong as its group. */
export function saidOfFocus(page: Page): Promise<string> {
  return saidOf(page.locator('[aria-invalid=true]:is(:focus, :has(:focus))'))
}

/** Another operator asks for numbers of ours; it has its own identifier. */
export async function portOutAsked({ portolan }: Pick<Desk, 'portolan'>, first: string, last = first): Promise<string> {
  const answer = await fetch(`${portolan.simulatorUrl}/sim/port-out`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ first, last, recipient: 'DONOR', accountType: 'Prepaid' }),
  })
  const { msgidentifier } = (await answer.json()) as { msgidentifier: string } // the simulator's own words
  await until(
    `${msgidentifier} here`,
    async () => (await portolan.api('GET', `/PortOut/${msgidentifier}`)).status === 200,
  )
  return msgidentifier
}

/** The native API as the porting desk, beside the browser. */
export async function askNative(
  { portolan }: Pick<Desk, 'portolan'>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${portolan.url}/v1${path}`, {
    method,
    headers: { 'x-api-key': portolan.keys.pxs ?? '', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

/** Nothing moves that comes to an end. */
function isStill(page: Page): Promise<boolean> {
  const isOver =
    "document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect.getTiming().iterations === Infinity)"
  return until('nothing moves', () => page.evaluate<boolean>(isOver))
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails with every breach of WCAG 2.2 AA that axe-core finds on the page: contrast is measured at the end of a fade. */
export async function isAccessible(page: Page): Promise<void> {
  await isStill(page)
  // evaluated by the test's own channel, which the policy of the page does not bind
  await page.evaluate(await readFile(AXE, 'utf8'))
  const results = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values: tags },
      }),
    RULES,
  )
  const breaches = results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
  deepEqual(breaches, [])
}
