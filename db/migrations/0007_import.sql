-- Bulk imports of routes, and routes that hold for a time only.

-- One row an import: how far it has come, and what came of it. It is resumed at `octets_done`.
create table route_import (
  id            bigint      not null, -- counter route_import; `import-<id>` is the cause of its routes
  file_name     text        not null,
  format        text        not null,
  sha256        text        not null, -- of the whole file: the same file is resumed, another never
  octets        bigint      not null,
  records       bigint      not null, -- lines, without header and empty ones
  octets_done   bigint      not null, -- all before here is committed
  refused       bigint      not null,
  repeated      bigint      not null, -- lines whose number stood on an earlier line
  counts        jsonb       not null, -- by operator: numbers set, changed, unchanged, removed
  state         text        not null,
  said_by       text        not null,
  started_at    timestamptz not null,
  changed_at    timestamptz not null,
  expires_at    timestamptz,
  forced_reason text,                 -- why it may set aside routes that a port promises
  constraint route_import_pk primary key (id),
  constraint route_import_state check (state in ('running', 'done', 'expired'))
);
create index route_import_file on route_import (sha256);

-- The lines that an import refused; at most 100,000 of one import are kept, all are counted.
create table route_import_refusal (
  import_id bigint not null,
  line      bigint not null, -- of the file, the first is 1
  content   text   not null, -- the beginning of the line
  reason    text   not null,
  constraint route_import_refusal_pk primary key (import_id, line),
  constraint route_import_refusal_import foreign key (import_id) references route_import (id)
);

-- What a number's route was before one that holds for a time. Several on one number stand on each other by `sequence`.
create table route_expiry (
  sequence              bigint           not null generated always as identity,
  e164                  text collate "C" not null,
  expires_at            timestamptz      not null,
  source                text             not null, -- of the route that expires: push or import
  cause                 text             not null,
  said_by               text             not null,
  before_operator       text,                      -- from here on: null where there was no route
  before_routing_number text,
  before_number_type    text,
  before_source         text,
  before_cause          text,
  constraint route_expiry_pk primary key (sequence)
);
create index route_expiry_number on route_expiry (e164, sequence);
create index route_expiry_due on route_expiry (expires_at, sequence);
