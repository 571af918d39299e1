-- Routing: the copy of the routes at CGrateS, and what a port has been charged.

-- How far a copy of the routes has come. One row a copy; whoever holds the lease writes to the copy, and nobody else.
create table route_mirror (
  name           text        not null,
  generation     bigint      not null, -- all changes up to here are in the copy
  done_changes   integer     not null, -- of the generation after it: rows of route_change that are in the copy
  done_number    text collate "C",     -- of the row after those: the last number that is in the copy
  reconcile_at   timestamptz not null, -- when everything is compared next
  reconciled_at  timestamptz,          -- when everything was compared last; null: the copy is not complete yet
  checked_number text collate "C",     -- the last number whose content was compared; null: begin with the first
  locked_by      uuid,
  locked_until   timestamptz,
  constraint route_mirror_pk primary key (name)
);

-- Numbers that the copy refused, or gave back otherwise than they were given. The next comparison tries them again.
create table route_mirror_fault (
  mirror   text             not null,
  e164     text collate "C" not null,
  reason   text             not null,
  attempts integer          not null,
  at       timestamptz      not null,
  constraint route_mirror_fault_pk primary key (mirror, e164)
);

-- What the charging system has been told of a port: once for each step, number by number, resumed where it stopped.
create table charging_step (
  port_id      uuid        not null,
  step         text        not null,
  state        text        not null,
  done_number  text collate "C",     -- the last number of the range that is done
  attempts     integer     not null,
  last_error   text,
  detail       jsonb       not null, -- what the step found: calls, cost, reason
  locked_until timestamptz,
  started_at   timestamptz not null,
  done_at      timestamptz,
  constraint charging_step_pk primary key (port_id, step),
  constraint charging_step_state check (state in ('started', 'done', 'failed'))
);
