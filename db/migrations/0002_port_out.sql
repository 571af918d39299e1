-- Port-out: until when we may answer, the guard's work and evidence, locks and secrets of numbers, questions and
-- terminations at the clearinghouse.

-- What a port-out has beside its port. One row each, made with the port.
create table port_out (
  port_id            uuid        not null,
  answer_due_at      timestamptz not null, -- the request's own deadline, else the market's window from when it came
  guard_state        text        not null, -- due: checks are to run; held: a person decides; settled: nothing is left
  guard_due_at       timestamptz not null,
  guard_locked_until timestamptz,
  guard_attempts     integer     not null, -- questions to the BSS that got no answer
  held_because       text,
  basis              text,                 -- why the port was authorised or refused; never null once authorised (I20)
  basis_detail       jsonb,
  decided_at         timestamptz,
  decided_by         text,
  constraint port_out_pk primary key (port_id),
  constraint port_out_port foreign key (port_id) references port (id),
  constraint port_out_guard_state check (guard_state in ('due', 'held', 'settled')),
  constraint port_out_basis check (basis in ('operator', 'policy', 'silence', 'rule')),
  constraint port_out_basis_whole check ((basis is null) = (decided_at is null) and (basis is null) = (decided_by is null))
);
create index port_out_guard_due on port_out (guard_due_at) where guard_state = 'due';

-- One row for each check that the guard made, with what it looked at; never changed.
create table port_check (
  port_id uuid        not null,
  number  integer     not null, -- 1, 2, 3 ... within the port
  name    text        not null,
  version integer     not null, -- of the rule
  verdict text        not null,
  code    smallint,             -- rejection code that a failed check asks for
  said    text        not null,
  inputs  jsonb       not null, -- never a PIN or what it was compared with
  at      timestamptz not null,
  constraint port_check_pk primary key (port_id, number),
  constraint port_check_port foreign key (port_id) references port (id),
  constraint port_check_verdict check (verdict in ('pass', 'fail', 'unknown', 'wait', 'skipped'))
);

-- Numbers that must not leave: their owner asked for it, a court, a fraud case.
create table number_lock (
  id           uuid        not null,
  first_number text collate "C" not null,
  last_number  text collate "C" not null,
  reason       text        not null,
  until        timestamptz,          -- null: until it is lifted
  created_at   timestamptz not null,
  created_by   text        not null,
  lifted_at    timestamptz,
  lifted_by    text,
  constraint number_lock_pk primary key (id),
  constraint number_lock_range check (length(first_number) = length(last_number) and first_number <= last_number)
);
create index number_lock_range on number_lock (first_number, last_number) where lifted_at is null;

-- What a customer proves a port-out with. Only a hash is kept.
create table number_secret (
  id           uuid        not null,
  first_number text collate "C" not null,
  last_number  text collate "C" not null,
  kind         text        not null,
  salt         bytea       not null,
  hash         bytea       not null, -- argon2id
  set_at       timestamptz not null,
  set_by       text        not null,
  removed_at   timestamptz,
  constraint number_secret_pk primary key (id),
  constraint number_secret_kind check (kind in ('pin', 'account')),
  constraint number_secret_range check (length(first_number) = length(last_number) and first_number <= last_number)
);
create index number_secret_range on number_secret (first_number, last_number) where removed_at is null;

-- What we asked the clearinghouse about a number, and what it said.
create table number_question (
  message_id  uuid        not null, -- of the question
  number      text        not null, -- E.164 with plus
  asked_at    timestamptz not null,
  asked_by    text        not null,
  answered_at timestamptz,
  answer      jsonb,                -- the body of the answer in the names of the wire
  refusal     text,
  constraint number_question_pk primary key (message_id),
  constraint number_question_message foreign key (message_id) references message (id)
);
create index number_question_open on number_question (number) where answered_at is null;

-- Numbers that we gave up: asked of the clearinghouse, their routes taken away at once (contract O-44).
create table termination (
  message_id   uuid        not null, -- of the request
  number       text collate "C" not null, -- E.164 with plus
  number_type  text        not null,
  requested_at timestamptz not null,
  requested_by text        not null,
  constraint termination_pk primary key (message_id),
  constraint termination_message foreign key (message_id) references message (id)
);
create index termination_number on termination (number, requested_at);
