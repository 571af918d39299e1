import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A server under measurement, started on one core; all run as the same user, from configuration of their own. */
export type Contender = {
  readonly name: string
  /** The binary that must be there. */
  readonly binary: string
  readonly version: readonly string[]
  /** Writes its configuration into `folder`. @returns the command that stays in the foreground */
  readonly command: (setup: Setup) => readonly string[]
}

export type Setup = {
  readonly folder: string
  readonly port: number
  readonly zoneFile: string
  readonly csvFile: string
  readonly zonesFile: string
  readonly snapshotFile: string
}

const OUR_NODE = resolve(import.meta.dirname, '../../node_modules/.bin/node')
const OUR_CLI = resolve(import.meta.dirname, '../../bin/portolan.mjs')

function ours(name: string, ...more: string[]): Contender {
  return {
    name,
    binary: OUR_NODE,
    version: [OUR_NODE, '--print', `require('${resolve(import.meta.dirname, '../../package.json')}').version`],
    command: ({ port, csvFile, zonesFile, snapshotFile }) => {
      const from = existsSync(snapshotFile) ? ['--from', snapshotFile] : ['--from', csvFile, '--zones', zonesFile]
      return [OUR_NODE, OUR_CLI, 'dns', ...from, '--listen', `127.0.0.1:${port}`, ...more]
    },
  }
}

function written(setup: Setup, name: string, text: string): string {
  const file = join(setup.folder, name)
  writeFileSync(file, text)
  return file
}

export const CONTENDERS: readonly Contender[] = [
  ours('Portolan'),
  ours('Portolan, node:dgram', '--udp', 'dgram'),
  {
    name: 'NSD',
    binary: '/usr/sbin/nsd',
    version: ['/usr/sbin/nsd', '-v'],
    command: (setup) => {
      const file = written(
        setup,
        'nsd.conf',
        `server:
  ip-address: 127.0.0.1@${setup.port}
  server-count: 1
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "${setup.folder}"
  xfrdfile: "${setup.folder}/xfrd.state"
  xfrdir: "${setup.folder}"
  zonelistfile: "${setup.folder}/zone.list"
  verbosity: 0
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: e164.arpa
  zonefile: ${setup.zoneFile}
`,
      )
      return ['/usr/sbin/nsd', '-d', '-c', file]
    },
  },
  {
    name: 'Knot DNS',
    binary: '/usr/sbin/knotd',
    version: ['/usr/sbin/knotd', '--version'],
    command: (setup) => {
      const file = written(
        setup,
        'knot.conf',
        `server:
  listen: 127.0.0.1@${setup.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  rundir: ${setup.folder}
database:
  storage: ${setup.folder}
log:
  - target: stderr
    any: error
template:
  - id: default
    storage: ${setup.folder}
    journal-content: none
    zonefile-load: whole
zone:
  - domain: e164.arpa
    file: ${setup.zoneFile}
`,
      )
      return ['/usr/sbin/knotd', '-c', file]
    },
  },
  {
    name: 'BIND',
    binary: '/usr/sbin/named',
    version: ['/usr/sbin/named', '-v'],
    command: (setup) => {
      const file = written(
        setup,
        'named.conf',
        `options {
  directory "${setup.folder}";
  listen-on port ${setup.port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  pid-file none;
  minimal-responses yes;
};
controls { };
zone "e164.arpa" { type primary; file "${setup.zoneFile}"; check-names ignore; };
`,
      )
      return ['/usr/sbin/named', '-f', '-n', '1', '-c', file]
    },
  },
  {
    name: 'PowerDNS (bind backend)',
    binary: '/usr/sbin/pdns_server',
    version: ['/usr/sbin/pdns_server', '--version'],
    command: (setup) => {
      written(setup, 'bind.conf', `zone "e164.arpa" { type master; file "${setup.zoneFile}"; };\n`)
      written(
        setup,
        'pdns.conf',
        `launch=bind
bind-config=${setup.folder}/bind.conf
local-address=127.0.0.1
local-port=${setup.port}
socket-dir=${setup.folder}
receiver-threads=1
distributor-threads=1
negquery-cache-ttl=60
guardian=no
daemon=no
disable-syslog=yes
loglevel=3
`,
      )
      return ['/usr/sbin/pdns_server', `--config-dir=${setup.folder}`]
    },
  },
]

export type Running = { readonly pid: number; stop(): Promise<void> }

/** Starts a contender on core 0. */
export function start(contender: Contender, setup: Setup): Running {
  mkdirSync(setup.folder, { recursive: true })
  const child = spawn('taskset', ['-c', '0', ...contender.command(setup)], { stdio: 'ignore' })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const pid = child.pid
  if (pid === undefined) throw new Error(`${contender.name} did not start`)
  return {
    pid,
    async stop() {
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(killer)
    },
  }
}

export function versionOf({ version }: Contender): string {
  const [command, ...rest] = version
  const { stdout, stderr } = spawnSync(command!, rest, { encoding: 'utf8' })
  return /[0-9]+\.[0-9]+[0-9.]*/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}

/** The process and all it forked (NSD serves from a child). */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => family(Number(child))),
  ]
}

/** CPU seconds used so far: [user, system]. */
export function cpuSeconds(pid: number): readonly [user: number, system: number] {
  const TICKS = 100
  let [user, system] = [0, 0]
  for (const each of family(pid)) {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]!.split(' ')
    user += Number(fields[11]) / TICKS
    system += Number(fields[12]) / TICKS
  }
  return [user, system]
}

/** Resident memory in MiB: of a family only what is not shared counts twice (NSD forks after loading). */
export function residentMiB(pid: number): number {
  let kib = 0
  for (const each of family(pid))
    kib += Number(/^Pss:\s+([0-9]+)/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'utf8'))?.[1])
  return kib / 1024
}
