#!/usr/bin/env node
// `portolan`: the command line, run by the Node among the packages.
process.argv.splice(2, 0, 'portolan')
await import('./bootstrap.mjs')
