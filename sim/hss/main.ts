import { serveUntilEnd } from '../peer/process.ts'
import { startHss } from './server.ts'

const env = (name: string, fallback: string) => process.env[name] ?? fallback

serveUntilEnd(
  'hss',
  await startHss({ listenPort: Number(env('SIM_PORT', '8082')), provisioningKey: env('SIM_PROVISIONING_KEY', '') }),
)
