import { CHECKS, runSteps } from './steps.ts'

if (!(await runSteps(CHECKS))) process.exitCode = 1
