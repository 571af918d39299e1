/** What a deployment keeps for a time only. */
export const RETAINED = ['messages', 'events', 'personal', 'audit', 'alerts'] as const
export type Retained = (typeof RETAINED)[number]

/** How many days each is kept after it is over; what is not named is kept for ever. */
export type RetentionDays = Readonly<Partial<Record<Retained, number>>>
