import { serveUntilEnd } from '../peer/process.ts'
import { startCgrates } from './server.ts'

const env = (name: string, fallback: string) => process.env[name] ?? fallback

serveUntilEnd(
  'cgrates',
  await startCgrates({
    listenPort: Number(env('SIM_PORT', '2080')),
    tenant: env('SIM_TENANT', 'cgrates.org'),
    ratingPlans: env('SIM_RATING_PLANS', 'RP_PORTED').split(','),
    username: env('SIM_USERNAME', ''),
    password: env('SIM_PASSWORD', ''),
  }),
)
