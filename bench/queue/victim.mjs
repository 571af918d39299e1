// Takes one job, says so, and waits to be killed.
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { claimOwn, QUEUE } from './queue.mjs'

const [kind, url] = process.argv.slice(2)
if (kind === 'own') {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  if ((await claimOwn(client)).length > 0) process.stdout.write('held\n')
} else {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, migrate: false })
  await boss.start()
  await boss.work(QUEUE, { pollingIntervalSeconds: 0.5 }, () => {
    process.stdout.write('held\n')
    return new Promise(() => {})
  })
}
