import { Alert, Burger, Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useDisclosure, useDocumentTitle } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Refusal } from '../api/client.ts'
import { onOtherKey, useKey } from '../api/key.ts'
import { follow } from '../api/live.ts'
import { useMarket } from '../api/market.ts'
import { type Me, TIER_LABELS, useMe } from '../api/me.ts'
import { Mark } from '../parts/icon.tsx'
import { Refused } from '../parts/refused.tsx'
import { KeyModal } from './key-modal.tsx'
import { LiveDot } from './live-dot.tsx'
import { NAV, navItemOf, titleOf } from './nav.ts'
import classes from './shell.module.css'
import { ThemeToggle } from './theme-toggle.tsx'
import { Told } from './told.tsx'
import { usePrintInLight } from './use-print-in-light.ts'

/** The frame of every page: navigation by tier, the key, the theme, and whether the screen is live. */
export function Shell() {
  const key = useKey()
  const me = useMe()
  const market = useMarket()
  const [isKeyWanted, keyModal] = useDisclosure(false)
  const [isMenuOpen, menu] = useDisclosure(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const item = navItemOf(path)
  useDocumentTitle(titleOf(path))
  usePrintInLight()
  useLive(key)
  useOtherKey()
  useFocusOnNewPage(path, menu.close)
  const isKeyRefused = me.error instanceof Refusal && me.error.status === 401
  const offered = NAV.filter(({ tiers }) => me.data && (tiers as readonly string[]).includes(me.data.tier))

  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <Mark size={26} />
          <span>Portolan</span>
        </Link>
        <Burger
          className={classes.burger}
          opened={isMenuOpen}
          onClick={menu.toggle}
          size="sm"
          color="white"
          aria-label="Navigation"
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
        />
        <nav
          id="navigation"
          aria-label="Pages"
          className={classes.nav}
          data-open={isMenuOpen || undefined}
          onKeyDown={({ key: pressed }) => pressed === 'Escape' && menu.close()}
        >
          {offered.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              className={classes.link}
              activeProps={{ 'aria-current': 'page' }}
              onClick={menu.close}
            >
              {label}
            </Link>
          ))}
        </nav>
        <Group gap="xs" wrap="nowrap" ml="auto">
          <LiveDot />
          <ThemeToggle />
          <Button size="xs" variant="white" color="ocean" onClick={keyModal.open}>
            Change API Key
          </Button>
        </Group>
      </header>
      <main id="main" tabIndex={-1} className={classes.main}>
        {key !== undefined && me.isPending && <Loader aria-label="Asking whose key this is" />}
        {me.error && !isKeyRefused && (
          <>
            {!me.data && <h1>{item?.label ?? 'Portolan'}</h1>}
            <Refused error={me.error} what="Your key" again={() => me.refetch()} />
          </>
        )}
        {me.data && (item === undefined || (item.tiers as readonly string[]).includes(me.data.tier)) && <Outlet />}
        {me.data && item && !(item.tiers as readonly string[]).includes(me.data.tier) && (
          <NotForThisTier label={item.label} me={me.data} tiers={item.tiers} />
        )}
      </main>
      <Told />
      <footer className={classes.footer}>
        <span>{market.title !== '' && `${market.title} · operator ${market.operator.code}`}</span>
        {me.data && (
          <span>
            {me.data.name}, {TIER_LABELS[me.data.tier]}
          </span>
        )}
        <a href="/np_api/doc">API explorer</a>
      </footer>
      <KeyModal
        isOpen={key === undefined || isKeyRefused || isKeyWanted}
        refusal={isKeyRefused ? me.error : null}
        onClose={keyModal.close}
        mayClose={key !== undefined && !isKeyRefused}
      />
    </>
  )
}

function NotForThisTier({ label, me, tiers }: { label: string; me: Me; tiers: readonly (keyof typeof TIER_LABELS)[] }) {
  return (
    <Stack gap="xs">
      <h1>{label}</h1>
      <Alert color="act" title="Not with this key">
        <Text>
          This key is {TIER_LABELS[me.tier]}. {label} needs {tiers.map((tier) => TIER_LABELS[tier]).join(' or ')}.
        </Text>
      </Alert>
    </Stack>
  )
}

/** Follows the server's events as long as there is a key. */
function useLive(key: string | undefined): void {
  const queries = useQueryClient()
  useEffect(() => (key === undefined ? undefined : follow(queries)), [key, queries])
}

/** Another tab has changed the key: nothing that the old one was allowed to see stays here for the new one. */
function useOtherKey(): void {
  const queries = useQueryClient()
  useEffect(() => onOtherKey(() => void queries.resetQueries()), [queries])
}

/** A screen reader is told of a new page by the focus, as it would be by a reload. */
function useFocusOnNewPage(path: string, closeMenu: () => void): void {
  const last = useRef(path)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    closeMenu()
    document.getElementById('main')?.focus({ preventScroll: true })
  }, [path, closeMenu])
}
