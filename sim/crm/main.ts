import { serveUntilEnd } from '../peer/process.ts'
import { startCrm } from './server.ts'

const env = (name: string, fallback: string) => process.env[name] ?? fallback

serveUntilEnd(
  'crm',
  await startCrm({
    listenPort: Number(env('SIM_PORT', '8083')),
    email: env('SIM_EMAIL', 'porting@example.com'),
    password: env('SIM_PASSWORD', 'crm-password'),
    key: env('SIM_KEY', ''),
  }),
)
