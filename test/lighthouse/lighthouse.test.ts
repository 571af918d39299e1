import { deepEqual, equal } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test, { after, beforeEach } from 'node:test'
import { buildWeb } from '../../scripts/build-web.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { chromiumPath, withoutBrowser } from '../ui/browser.ts'
import { beforeFirst, portOutAsked } from '../ui/desk.ts'

/**
 * Lighthouse's judgement of accessibility and best practices. Its package is not one of Portolan's: `.ci/run` installs it under
 * this folder, as `npm ci --prefix test/lighthouse` does by hand.
 */
const LEAST = 95
/** The event stream of a page never ends, so Lighthouse waits for it as long as it may, and judges what is there then. */
const LOAD_MS = 2_000
/** To begin, on a machine that does much else. */
const START_MS = 120_000
const CATEGORIES = ['accessibility', 'best-practices'] as const
const FLAGS = {
  disableStorageReset: true,
  onlyCategories: CATEGORIES,
  logLevel: 'error',
  // neither category asks how fast a page is: nothing is throttled, waited for or photographed
  throttlingMethod: 'provided',
  disableFullPageScreenshot: true,
  skipAboutBlank: true,
  pauseAfterFcpMs: 0,
  pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 0,
  cpuQuietThresholdMs: 0,
}
const isInstalled = existsSync(join(import.meta.dirname, 'node_modules'))
const skip =
  withoutBrowser || (isInstalled ? false : 'LIGHTHOUSE IS NOT INSTALLED: run npm ci --prefix test/lighthouse')

/** The part of puppeteer-core 25 and lighthouse 13 that is used; neither is there when the compiler looks. */
type Page = {
  goto(url: string, options: { readonly timeout: number }): Promise<unknown>
  evaluate(script: string): Promise<unknown>
  close(): Promise<void>
}
type Browser = { newPage(): Promise<Page>; close(): Promise<void> }
type Puppeteer = { launch(options: object): Promise<Browser> }
type Audit = { readonly score: number | null; readonly scoreDisplayMode: string }
type Report = {
  readonly runtimeError?: { readonly code: string; readonly message: string }
  readonly finalDisplayedUrl: string
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<Record<string, Audit>>
}
type Lighthouse = (url: string, flags: object, config: undefined, page: Page) => Promise<{ readonly lhr: Report }>

const load = (name: string) => import(name)

let portolan: TestPortolan
let browser: Browser
let page: Page
let lighthouse: Lighthouse
let coming: string
let leaving: string
beforeEach(
  beforeFirst(async () => {
    if (skip) return
    await buildWeb()
    portolan = await testPortolan({ PORTOLAN_SIM_STEP_MS: '50' })
    coming = await portolan.create('5551004')
    await portolan.reaches(coming, 2)
    leaving = await portOutAsked({ portolan }, '5554200')
    const puppeteer = (await load('puppeteer-core')).default as Puppeteer
    lighthouse = (await load('lighthouse')).default as Lighthouse
    browser = await puppeteer.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--headless'],
      timeout: START_MS,
    })
    page = await browser.newPage()
  }),
)
after(async () => {
  await page?.close()
  await browser?.close()
  await portolan?.close()
})

/** A page that a busy machine has not shown by then, or that has hung, is judged anew in another tab with twice the time; so often at most. */
const ATTEMPTS = 4

async function judged(url: string): Promise<Report> {
  for (let attempt = 1; ; attempt++) {
    const { lhr } = await lighthouse(url, { ...FLAGS, maxWaitForLoad: LOAD_MS * 2 ** (attempt - 1) }, undefined, page)
    if (attempt === ATTEMPTS || (lhr.runtimeError === undefined && poorOf(lhr).length === 0)) return lhr
    await page.close()
    page = await browser.newPage()
  }
}

const poorOf = ({ categories }: Report) => CATEGORIES.filter((name) => (categories[name]?.score ?? 0) * 100 < LEAST)

/** Every page, one after the other in one tab of one browser. */
// biome-ignore format: a table
const PAGES: readonly (readonly [title: string, path: () => string])[] = [
  ['Enter API Key',        () => '/'],
  ['Today',                () => '/today'],
  ['Porting Request',      () => '/porting-request'],
  ['Many requests',        () => '/porting-request/many'],
  ['Port IN',              () => '/port-in'],
  ['a port-in',            () => `/port-in/${coming}`],
  ['Port OUT',             () => '/port-out'],
  ['a port-out',           () => `/port-out/${leaving}`],
  ['Routing Query',        () => '/routing-query?number=5550200'],
  ['Push Routing',         () => '/push-routing'],
  ['Validate SMS Routing', () => '/validate-sms-routing'],
  ['Locks',                () => '/locks'],
  ['Reports',              () => '/reports'],
]

for (const [title, pathOf] of PAGES) {
  test(`Lighthouse gives ${title} at least ${LEAST} for ${CATEGORIES.join(' and ')}`, { skip }, async () => {
    const path = pathOf()
    await page.goto(portolan.url, { timeout: START_MS })
    const key = path === '/' ? '' : portolan.keys.admin
    await page.evaluate(`localStorage.setItem('portolan.key', ${JSON.stringify(key)})`)
    const lhr = await judged(`${portolan.url}${path}`)
    equal(lhr.runtimeError, undefined)
    const { pathname, search } = new URL(lhr.finalDisplayedUrl)
    equal(`${pathname}${search}`, path)
    const failed = Object.entries(lhr.audits).filter(([, { score }]) => score !== null && score < 0.9)
    deepEqual(poorOf(lhr), [], `failed: ${failed.map(([name]) => name).join(', ')}`)
  })
}
