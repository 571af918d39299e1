import { Link } from '@tanstack/react-router'
import { useMe } from '../api/me.ts'
import type { Port } from '../api/ports.ts'
import classes from './parts.module.css'

type Props = { readonly direction: Port['direction']; readonly msgidentifier: string }

/** To the page of a port; for a tier that the page is not offered to, its identifier alone. */
export function PortLink({ direction, msgidentifier }: Props) {
  const to = direction === 'in' ? '/port-in/$msgidentifier' : '/port-out/$msgidentifier'
  if (useMe().data?.tier === 'read_only') return <span className={classes.code}>{msgidentifier}</span>
  return (
    <Link to={to} params={{ msgidentifier }} className={classes.code}>
      {msgidentifier}
    </Link>
  )
}
