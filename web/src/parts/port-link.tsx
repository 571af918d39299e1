import { Link } from '@tanstack/react-router'
import type { Port } from '../api/ports.ts'
import classes from './parts.module.css'

type Props = { readonly direction: Port['direction']; readonly msgidentifier: string }

/** To the page of a port. */
export function PortLink({ direction, msgidentifier }: Props) {
  const to = direction === 'in' ? '/port-in/$msgidentifier' : '/port-out/$msgidentifier'
  return (
    <Link to={to} params={{ msgidentifier }} className={classes.code}>
      {msgidentifier}
    </Link>
  )
}
