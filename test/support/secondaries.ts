import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY } from '../conformance/signed.ts'

/** A name server from a Debian package that takes e164.arpa from us. */
export type Secondary = {
  readonly name: string
  readonly binary: string
  command(home: string, port: number, from: number): string[]
}

function file(home: string, name: string, text: string): string {
  writeFileSync(join(home, name), text)
  return join(home, name)
}

export const SECONDARIES: readonly Secondary[] = [
  {
    name: 'NSD',
    binary: '/usr/sbin/nsd',
    command: (home, port, from) => [
      '/usr/sbin/nsd',
      '-d',
      '-c',
      file(
        home,
        'nsd.conf',
        `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "${home}"
  xfrdfile: "${home}/xfrd.state"
  xfrdir: "${home}"
  zonelistfile: "${home}/zone.list"
  rrl-ratelimit: 0
  xfrd-reload-timeout: 0
  minimal-responses: yes
remote-control:
  control-enable: no
key:
  name: ${KEY.name}
  algorithm: ${KEY.algorithm}
  secret: "${KEY.secret}"
zone:
  name: e164.arpa
  zonefile: "zone"
  allow-notify: 127.0.0.1 ${KEY.name}
  request-xfr: 127.0.0.1@${from} ${KEY.name}
`,
      ),
    ],
  },
  {
    name: 'Knot',
    binary: '/usr/sbin/knotd',
    command: (home, port, from) => [
      '/usr/sbin/knotd',
      '-c',
      file(
        home,
        'knot.conf',
        `server:
  listen: 127.0.0.1@${port}
  rundir: ${home}
database:
  storage: ${home}
key:
  - id: ${KEY.name}
    algorithm: ${KEY.algorithm}
    secret: ${KEY.secret}
remote:
  - id: primary
    address: 127.0.0.1@${from}
    key: ${KEY.name}
acl:
  - id: notify
    address: 127.0.0.1
    key: ${KEY.name}
    action: notify
template:
  - id: default
    storage: ${home}
zone:
  - domain: e164.arpa
    master: primary
    acl: notify
`,
      ),
    ],
  },
  {
    name: 'BIND',
    binary: '/usr/sbin/named',
    command: (home, port, from) => [
      '/usr/sbin/named',
      '-f',
      '-n',
      '1',
      '-c',
      file(
        home,
        'named.conf',
        `key "${KEY.name}" { algorithm ${KEY.algorithm}; secret "${KEY.secret}"; };
options {
  directory "${home}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  pid-file none;
  minimal-responses yes;
};
controls { };
zone "e164.arpa" {
  type secondary;
  file "zone";
  primaries { 127.0.0.1 port ${from} key "${KEY.name}"; };
  allow-notify { key "${KEY.name}"; };
};
`,
      ),
    ],
  },
]
