#!/usr/bin/env node
import { enableCompileCache, getCompileCacheDir } from 'node:module'

// Plain JavaScript, so that types are stripped only when the cache does not have a file yet: that saves 20 MiB and 0.2 s at start.
enableCompileCache()
const folder = getCompileCacheDir()
// For worker threads, which do not inherit it otherwise.
if (folder !== undefined) process.env.NODE_COMPILE_CACHE ??= folder
await import('../src/cli/main.ts')
