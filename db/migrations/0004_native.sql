-- What the native API stands on: users, lockouts, answers kept for repetition, webhooks, the audit chain, alerts, retention,
-- and the indexes that keep search fast at a million ports. Additive: the code of yesterday runs on it.

-- Who keys belong to. A user that is disabled is refused with every key.
create table api_user (
  username    text        not null,
  full_name   text,
  email       text,
  created_at  timestamptz not null,
  created_by  text        not null,
  disabled_at timestamptz,
  version     integer     not null, -- counts changes, for If-Match
  constraint api_user_pk primary key (username)
);
insert into api_user (username, created_at, created_by, version)
  select username, min(created_at), min(created_by), 1 from api_key group by username;

alter table api_key add column label text;          -- what the key is for, in its owner's words
alter table api_key add column replaced_by uuid;    -- the key that a rotation made in its place

-- Addresses that showed too many wrong keys.
create table lockout (
  address      text        not null,
  times        integer     not null, -- how often within the last day: each time doubles the wait
  locked_at    timestamptz not null,
  locked_until timestamptz not null,
  constraint lockout_pk primary key (address)
);

-- What was answered to a request with an Idempotency-Key: the same request again gets the same answer.
create table answered_request (
  caller       text        not null, -- user name of the key
  key          text        not null,
  request_hash bytea       not null, -- SHA-256 of method, address and body
  started_at   timestamptz not null,
  status       integer,              -- null while under way, or when the process died before it had answered
  answer       bytea,                -- headers and body, sealed: an answer may show a key that is never shown again
  constraint answered_request_pk primary key (caller, key)
);
create index answered_request_age on answered_request (started_at);

-- Systems of the operator that are told of events.
create table webhook (
  name             text        not null, -- stands in the delivery log
  url              text        not null,
  types            text[],               -- null: all
  secret           bytea       not null, -- AES-256-GCM under the key of the installation
  previous_secret  bytea,
  previous_until   timestamptz,          -- until when the previous secret signs beside the new one
  paused_at        timestamptz,          -- events are kept, none is sent
  created_at       timestamptz not null,
  created_by       text        not null,
  updated_at       timestamptz not null,
  version          integer     not null,
  constraint webhook_pk primary key (name)
);
create index delivery_log on delivery (subscription, event_id);

-- The chain: sealed rows have a place, and a hash over the hash before them and themselves.
alter table audit add column position bigint;
alter table audit add column hash bytea;
create unique index audit_position on audit (position) where position is not null;
create index audit_unsealed on audit (sequence) where position is null;
create index audit_actor on audit (actor, sequence);

create unique index event_sequence on event (sequence);
create index port_created on port (created_at, id);
create index port_updated on port (updated_at, id);
create index port_state_created on port (state, created_at, id);
create index port_state_updated on port (state, updated_at, id);
create index port_counterparty on port (counterparty, created_at, id);
create index port_first_number on port (first_number, last_number);
create index port_identifier on port (msgidentifier text_pattern_ops);
create index port_sequence on port (right(msgidentifier, 5));
create index port_contact on port (contact_number);
create index port_email on port (lower(email));
create index port_chain on port (chain_id);
create index port_event_ported on port_event (at) where to_state = 20;
create index timer_port on timer (port_id, started_at);
