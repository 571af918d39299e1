/**
 * One SQL statement with its values; rows come back with Temporal instants, plain numbers for int8, parsed jsonb.
 * Instants, dates, bytes and plain objects (as JSON) are sent as they are; an array is an SQL array, so a JSON array is
 * sent as its text. The text is prepared once for each connection: keep it constant, and put what varies into values.
 */
export type Sql = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>

/** What a store's read needs: the pool, or a transaction that is under way. */
export type Reader = { readonly sql: Sql }

/** A transaction under way. Everything that must be true together is written with the same `Tx`. */
export type Tx = Reader & { readonly kind: 'tx' }

export type Channel = 'route' | 'work'

export type Db = Reader & {
  /**
   * Runs `work` in one transaction (read committed) and retries it on 40001, 40P01 and a lost connection, with jitter, at most
   * five times. `work` has no effect outside SQL. A connection lost while committing is thrown: it may have happened.
   */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs `work` over one moment of the database (repeatable read, read only): what several statements find fits together. */
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /**
   * Hears NOTIFY on a channel over a connection of its own that comes back by itself. A notification is only a hint to
   * look sooner: every listener also polls. `hear` gets the payload; it gets '' after each (re)connection.
   * @returns a function that stops listening
   */
  listen(channel: Channel, hear: (payload: string) => void): () => void
  /** Whether the database answers now. */
  isUp(): Promise<boolean>
  close(): Promise<void>
}
