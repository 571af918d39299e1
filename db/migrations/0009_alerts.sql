-- What watches a deployment and keeps its books: alerts, retention, fees of the clearinghouse. Additive: the code of yesterday
-- runs on it.

-- When each monitor last looked; of two processes that would look at once, the second finds it done.
create table monitor (
  name      text        not null,
  looked_at timestamptz not null,
  problem   text,                 -- why the last look failed; null when it did not
  constraint monitor_pk primary key (name)
);

-- Something that a person should know, from when it was seen first until it is over.
create table alert (
  id              uuid        not null,
  monitor         text        not null,
  subject         text        not null, -- what it is about, one open alert each: a msgidentifier, a peer, an operator
  severity        text        not null,
  what            text        not null,
  said            text,                 -- the peer's own words
  msgidentifier   text,
  message_id      uuid,
  since           timestamptz not null, -- when what it tells of began
  opened_at       timestamptz not null, -- when it was seen first
  seen_at         timestamptz not null, -- and last
  closed_at       timestamptz,          -- null while it lasts
  acknowledged_at timestamptz,
  acknowledged_by text,
  note            text,
  constraint alert_pk primary key (id),
  constraint alert_severity check (severity in ('warning', 'critical')),
  constraint alert_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null))
);
create unique index alert_open on alert (monitor, subject) where closed_at is null;
create index alert_closed on alert (closed_at) where closed_at is not null;

-- A message that nobody understood is looked at by a person, once.
alter table inbound add column looked_at timestamptz;
alter table inbound add column looked_by text;
create index inbound_unlooked on inbound (received_at)
  where state in ('unknown', 'malformed', 'refused') and looked_at is null;
create index inbound_received on inbound (received_at);

-- What is over is removed after its time. Of a message only the bytes go: that it was exchanged stays known.
alter table message add column body_removed_at timestamptz;
create index message_kept on message (at) where body_removed_at is null;
create index event_at on event (at);
create index audit_at on audit (at);
create index port_personal on port (ended_at) where email is not null or contact_number is not null;

-- Where the audit chain begins after its oldest rows were removed: the last removed row's place and hash.
create table audit_start (
  position   bigint      not null,
  hash       bytea       not null,
  removed_at timestamptz not null,
  constraint audit_start_pk primary key (position)
);

-- An invoice of the clearinghouse, as its lines come in.
create table fee_invoice (
  id          text        not null, -- as the clearinghouse numbers it
  currency    text        not null, -- ISO 4217
  imported_at timestamptz not null,
  imported_by text        not null,
  constraint fee_invoice_pk primary key (id)
);
create table fee_line (
  invoice_id    text        not null,
  line          integer     not null, -- of the invoice; with it, what makes a line the same line
  msgidentifier text,
  number        text,                 -- E.164
  kind          text        not null, -- what is charged, in the clearinghouse's word
  at            date,                 -- of the service
  amount_micros bigint      not null, -- before tax, of the currency of the invoice
  verdict       text        not null,
  reason        text,                 -- why it matches no port, or is doubtful
  port_id       uuid,
  constraint fee_line_pk primary key (invoice_id, line),
  constraint fee_line_verdict check (verdict in ('matched', 'unmatched', 'charged_twice')),
  constraint fee_line_invoice foreign key (invoice_id) references fee_invoice (id)
);
create index fee_line_port on fee_line (port_id, kind) where port_id is not null;
create index fee_line_open on fee_line (invoice_id, line) where verdict <> 'matched';
