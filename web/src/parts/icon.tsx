import type { ReactNode } from 'react'

type Size = { readonly size?: number }

/** Drawn here: twenty lines each instead of a package of thousands. All are ornament; the words are beside them. */
function Line({ size = 18, children }: Size & { children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

/** The compass rose of a portolan chart. */
export function Mark({ size = 24 }: Size) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14.5" fill="none" stroke="#7fb2d6" strokeWidth="1.2" />
      <path d="M16 2l3.2 14L16 30l-3.2-14z" fill="#fff" />
      <path d="M2 16l14-2.6L30 16l-14 2.6z" fill="#f0b04a" />
      <circle cx="16" cy="16" r="1.7" fill="#123a5a" />
    </svg>
  )
}

// biome-ignore format: a table of drawings
export const Sun = (props: Size) => <Line {...props}><circle cx="12" cy="12" r="4" /><path d="M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4" /></Line>
// biome-ignore format: a table of drawings
export const Moon = (props: Size) => <Line {...props}><path d="M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z" /></Line>
// biome-ignore format: a table of drawings
export const Dots = (props: Size) => <Line {...props}><circle cx="5" cy="12" r="1" /><circle cx="12" cy="12" r="1" /><circle cx="19" cy="12" r="1" /></Line>
// biome-ignore format: a table of drawings
export const Check = (props: Size) => <Line {...props}><path d="M5 12.5l4.5 4.5L19 7.5" /></Line>
// biome-ignore format: a table of drawings
export const Cross = (props: Size) => <Line {...props}><path d="M6 6l12 12M18 6L6 18" /></Line>
// biome-ignore format: a table of drawings
export const Clock = (props: Size) => <Line {...props}><circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" /></Line>
// biome-ignore format: a table of drawings
export const Hand = (props: Size) => <Line {...props}><path d="M12 4v9M12 17.5v.5" /></Line>
// biome-ignore format: a table of drawings
export const Sent = (props: Size) => <Line {...props}><path d="M5 12h13M12.5 6l6 6-6 6" /></Line>
// biome-ignore format: a table of drawings
export const Received = (props: Size) => <Line {...props}><path d="M19 12H6M11.5 6l-6 6 6 6" /></Line>
// biome-ignore format: a table of drawings
export const Down = (props: Size) => <Line {...props}><path d="M12 4v11M6.5 10.5L12 16l5.5-5.5M5 20h14" /></Line>
// biome-ignore format: a table of drawings
export const Stop = (props: Size) => <Line {...props}><circle cx="12" cy="12" r="8.5" /><path d="M6.5 6.5l11 11" /></Line>
