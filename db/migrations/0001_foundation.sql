-- The foundation: credentials, ports with their events and timers, messages, routes, events out, audit.
-- Portable SQL only (ADR 0003): keys are made by the application, no triggers, no exclusion constraints.

-- Counters that people see: port_in_id, the sequence of a msgidentifier, the routing generation.
-- Taken by `update ... returning`, so a number is used in commit order and without a gap.
create table counter (
  name  text   not null,
  value bigint not null,
  constraint counter_pk primary key (name)
);

create table api_key (
  id           uuid        not null,
  username     text        not null,
  tier         text        not null,
  fingerprint  bytea       not null, -- first 4 bytes of SHA-256 of the key: finds the row, proves nothing
  salt         bytea       not null,
  hash         bytea       not null, -- argon2id
  created_at   timestamptz not null,
  created_by   text        not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  constraint api_key_pk primary key (id),
  constraint api_key_tier check (tier in ('admin', 'pxs', 'read_only', 'clearinghouse'))
);
create index api_key_fingerprint on api_key (fingerprint);

-- One conversation with a clearinghouse about one contiguous range (contract/domain.md, Dossier).
create table port (
  id                     uuid        not null,
  direction              text        not null,
  public_id              integer     not null, -- port_in_id or port_out_id
  msgidentifier          text        not null, -- CCYYYYMM-OPER-nnnnn (contract O-35)
  state                  smallint    not null, -- np_api PortingState
  clearinghouse          text        not null,
  counterparty           text        not null, -- donor of a port-in, recipient of a port-out
  first_number           text collate "C"        not null, -- E.164 with plus
  last_number            text collate "C"        not null,
  number_type            text        not null,
  account_type           text,
  contact_number         text,
  email                  text,
  is_cool_off_overridden boolean     not null,
  failure_reason         smallint,
  failure_text           text,                 -- the clearinghouse's own words
  chain_id               uuid        not null, -- id of the first port of a chain of resubmissions
  original_msgidentifier text,                 -- msgidentifier of the first port of the chain (contract O-32)
  superseded_by          uuid,                 -- the next port of the chain
  created_at             timestamptz not null,
  created_by             text        not null,
  updated_at             timestamptz not null,
  ended_at               timestamptz,          -- null while the port is live: its numbers take no second port
  event_count            integer     not null,
  constraint port_pk primary key (id),
  constraint port_direction check (direction in ('in', 'out')),
  constraint port_number_type check (number_type in ('mobile', 'fixed')),
  constraint port_account_type check (account_type in ('Prepaid', 'Postpaid')),
  constraint port_range check (length(first_number) = length(last_number) and first_number <= last_number),
  constraint port_public_id_unique unique (direction, public_id),
  constraint port_msgidentifier_unique unique (msgidentifier)
);
create index port_live_range on port (first_number, last_number) where ended_at is null;
create index port_by_state on port (direction, state, public_id);

-- One row per edge taken or message noted; replaying to_state gives the port's state (contract/domain.md I6).
create table port_event (
  port_id    uuid        not null,
  number     integer     not null, -- 1, 2, 3 ... within the port
  at         timestamptz not null,
  msgtype    text        not null,
  direction  smallint    not null, -- 0 sent, 1 received (contract O-26)
  log        text        not null,
  heard      text,                 -- the trigger, where the event is an edge
  from_state smallint,
  to_state   smallint,
  said_by    text        not null,
  message_id uuid,
  constraint port_event_pk primary key (port_id, number),
  constraint port_event_port foreign key (port_id) references port (id)
);

-- Every message exchanged with a clearinghouse, as bytes, never changed.
create table message (
  id            uuid        not null,
  clearinghouse text        not null,
  direction     smallint    not null, -- 0 sent, 1 received
  peer          text        not null, -- user name of the sender, or the address sent to
  content_type  text        not null,
  body          bytea       not null,
  at            timestamptz not null, -- written or received
  msgid         text,                 -- from here on: what parsing found, null until it has
  msgidentifier text,
  msgtype       text,
  port_id       uuid,
  filename      text,                 -- {msgidentifier}_{nnn}_{msgtype}.xml (contract O-56)
  constraint message_pk primary key (id)
);
create unique index message_filename on message (direction, filename) where filename is not null;
create index message_msgidentifier on message (msgidentifier, at);

-- What is still to be sent, and how it went. The message and its id are fixed before the first attempt.
create table outbound (
  message_id      uuid        not null,
  sequence        bigint      not null generated always as identity,
  port_id         uuid,
  state           text        not null,
  attempts        integer     not null,
  next_attempt_at timestamptz not null,
  locked_until    timestamptz,
  last_error      text,
  acknowledged_at timestamptz,
  constraint outbound_pk primary key (message_id),
  constraint outbound_state check (state in ('queued', 'acknowledged', 'refused', 'withdrawn')),
  constraint outbound_message foreign key (message_id) references message (id)
);
create index outbound_due on outbound (next_attempt_at) where state = 'queued';

-- What was received, and what came of it. (clearinghouse, sender, msgid) is processed once in effect.
create table inbound (
  message_id   uuid        not null,
  clearinghouse text       not null,
  sender       text,
  msgid        text,
  state        text        not null,
  note         text,
  received_at  timestamptz not null,
  settled_at   timestamptz,
  constraint inbound_pk primary key (message_id),
  constraint inbound_state check (state in ('received', 'applied', 'noted', 'duplicate', 'parked', 'unknown', 'malformed', 'refused')),
  constraint inbound_message foreign key (message_id) references message (id)
);
create unique index inbound_once on inbound (clearinghouse, sender, msgid) where state in ('applied', 'noted', 'parked', 'unknown', 'refused');
create index inbound_open on inbound (received_at) where state in ('received', 'parked');

-- A response window: computed once at the event, kept as an instant with the rule that made it (NANC 385).
create table timer (
  id         uuid        not null,
  port_id    uuid        not null,
  kind       text        not null,
  rule       text        not null, -- e.g. "authorisation 2 workHours, America/Port_of_Spain, Mon-Fri 08:00-17:00"
  started_at timestamptz not null,
  due_at     timestamptz not null,
  ended_at   timestamptz,
  outcome    text,
  constraint timer_pk primary key (id),
  constraint timer_port foreign key (port_id) references port (id),
  constraint timer_kind check (kind in ('authorisation', 'instruction', 'instruction_response', 'porting', 'change')),
  constraint timer_outcome check (outcome in ('answered', 'fired', 'moot'))
);
create index timer_due on timer (due_at) where ended_at is null;
create index timer_port_open on timer (port_id) where ended_at is null;

-- Who serves a number that is not answered from its block.
create table route (
  e164           text collate "C"        not null,
  operator       text        not null,
  routing_number text        not null, -- normalised (RFC 4694): +1999 or D27;rn-context=+7
  number_type    text        not null,
  source         text        not null,
  cause          text        not null, -- msgidentifier, or who pushed or imported it
  generation     bigint      not null,
  valid_from     timestamptz not null,
  constraint route_pk primary key (e164),
  constraint route_number_type check (number_type in ('mobile', 'fixed')),
  constraint route_source check (source in ('port', 'push', 'import'))
);

-- The change feed and the history of routing: one row per range set or cleared, in commit order of `generation`.
create table route_change (
  generation     bigint      not null,
  position       integer     not null, -- order within the generation
  first_number   text collate "C"        not null,
  last_number    text collate "C"        not null,
  operator       text,                 -- null: the route is gone, the block answers again
  routing_number text,
  number_type    text,
  source         text        not null,
  cause          text        not null,
  said_by        text        not null,
  at             timestamptz not null,
  constraint route_change_pk primary key (generation, position)
);
create index route_change_range on route_change (first_number, last_number);

-- Lifecycle events for the operator's own systems, written in the transaction that makes them true.
create table event (
  id       uuid        not null,
  sequence bigint      not null generated always as identity,
  type     text        not null, -- port_in.requested, port_in.ported ...
  subject  text        not null, -- msgidentifier
  at       timestamptz not null,
  payload  jsonb       not null,
  constraint event_pk primary key (id)
);
create index event_subject on event (subject, sequence);

create table delivery (
  event_id        uuid        not null,
  subscription    text        not null,
  state           text        not null,
  attempts        integer     not null,
  next_attempt_at timestamptz not null,
  locked_until    timestamptz,
  last_status     integer,
  last_error      text,
  settled_at      timestamptz,
  constraint delivery_pk primary key (event_id, subscription),
  constraint delivery_state check (state in ('queued', 'delivered', 'dead')),
  constraint delivery_event foreign key (event_id) references event (id)
);
create index delivery_open on delivery (next_attempt_at) where state <> 'delivered';

create table audit (
  sequence bigint      not null generated always as identity,
  at       timestamptz not null,
  actor    text        not null, -- user name of the key, or the job that acted
  surface  text        not null, -- np_api, pxs, clock, start ...
  action   text        not null,
  subject  text        not null,
  reason   text,
  detail   jsonb       not null,
  constraint audit_pk primary key (sequence)
);
create index audit_subject on audit (subject, sequence);
