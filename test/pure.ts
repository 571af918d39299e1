import { join } from 'node:path'
import { isPure, testFiles } from '../scripts/test-files.ts'

// The tests of all files that only compute, in one process.
for (const file of testFiles().filter(isPure)) await import(join(import.meta.dirname, '..', file))
