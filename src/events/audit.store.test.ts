import { deepEqual } from 'node:assert/strict'
import test, { after } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { type AuditRow, appendAudit } from './audit.store.ts'
import { SAMPLE_TIME } from './sample.testing.ts'

const { db, close } = await testDatabase()
after(close)

test('audit rows say who did what to what and why, in the order in which it was done', async () => {
  const rows: AuditRow[] = [
    {
      at: SAMPLE_TIME,
      actor: 'admin',
      surface: 'np_api',
      action: 'port_in.imported',
      subject: 'XX202501-CARR-00001',
      reason: 'taken over',
      detail: { state: 20 },
    },
    { at: SAMPLE_TIME, actor: 'clock', surface: 'clock', action: 'port_in.timed_out', subject: 'XX202501-CARR-00002' },
  ]
  await db.tx(async (tx) => {
    await appendAudit(tx, [])
    await appendAudit(tx, rows)
  })
  const saved = await db.sql('select actor, surface, action, subject, reason, detail from audit order by sequence')
  deepEqual(saved, [
    {
      actor: 'admin',
      surface: 'np_api',
      action: 'port_in.imported',
      subject: 'XX202501-CARR-00001',
      reason: 'taken over',
      detail: { state: 20 },
    },
    {
      actor: 'clock',
      surface: 'clock',
      action: 'port_in.timed_out',
      subject: 'XX202501-CARR-00002',
      reason: null,
      detail: {},
    },
  ])
})
