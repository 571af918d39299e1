-- After the port: the proof that it works, step by step; and the watch over what is expected next.

-- What must be confirmed before a port is complete (contract O-09). Written in the transaction that makes it ported.
create table port_step (
  port_id         uuid        not null,
  step            text        not null, -- route, dns, bss, charging, hss, crm, welcome
  position        smallint    not null, -- order in which they are shown
  state           text        not null, -- waiting: nothing is wrong, not yet; failed: last_error says why, and it is tried again
  attempts        integer     not null,
  next_attempt_at timestamptz,          -- null once nothing is left to do
  locked_until    timestamptz,
  last_error      text,
  started_at      timestamptz not null, -- when the numbers moved
  confirmed_at    timestamptz,
  confirmed_by    text,                 -- what was asked and what it said
  constraint port_step_pk primary key (port_id, step),
  constraint port_step_port foreign key (port_id) references port (id),
  constraint port_step_state check (state in ('waiting', 'failed', 'confirmed', 'not_required'))
);
create index port_step_due on port_step (next_attempt_at) where state in ('waiting', 'failed');

-- Two windows more: until the clearinghouse acknowledges a request, and until the checklist is done.
alter table timer drop constraint timer_kind;
alter table timer add constraint timer_kind
  check (kind in ('acknowledgement', 'authorisation', 'instruction', 'instruction_response', 'porting', 'change', 'checks'));
create index timer_by_port on timer (port_id, started_at);
create index timer_fired on timer (due_at) where outcome = 'fired';

-- How far a window that runs out has been escalated, and when the clearinghouse was asked about it.
create table port_watch (
  timer_id   uuid        not null,
  level      smallint    not null,
  reached_at timestamptz not null,
  asked      integer     not null, -- how often
  asked_at   timestamptz,
  constraint port_watch_pk primary key (timer_id),
  constraint port_watch_timer foreign key (timer_id) references timer (id)
);

-- Whether the same numbers were asked for again, for the success rates of refusals.
create index port_by_range on port (first_number, last_number, public_id);
