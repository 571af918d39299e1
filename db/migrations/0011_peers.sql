-- What other systems make of us, and look-ups that stay bounded while tables grow. Additive: the code of yesterday runs on it.

-- Of one port the next message waits for the one before it: the sender asks so for each that is due.
create index outbound_waiting on outbound (port_id, sequence) where state = 'queued';
create index outbound_next on outbound (next_attempt_at, sequence) where state = 'queued';
drop index outbound_due;

-- Locks and secrets of a number, also those that are over: one of a single number is found by that number, only the few that are wider
-- by where they begin (as 0010 has it).
create index number_lock_number on number_lock (first_number, last_number);
create index number_lock_wide on number_lock (first_number, last_number) where first_number < last_number;
create index number_secret_number on number_secret (first_number, last_number);
create index number_secret_wide on number_secret (first_number, last_number) where first_number < last_number;
drop index number_lock_range;
drop index number_secret_range;

-- A message of ours that the clearinghouse refused and that no edge undoes, an abort or an answer: a person settles it there, once.
alter table outbound add column for_person boolean not null default false;
alter table outbound add column looked_at timestamptz;
alter table outbound add column looked_by text;
create index outbound_unlooked on outbound (message_id) where for_person and looked_at is null;

-- Whether a provider of SMS accepts our credentials, as it said when it was asked last.
create table sms_provider (
  name          text        not null,
  asked_at      timestamptz not null, -- when somebody asked, or began to
  refused_since timestamptz,          -- null: it accepts them, or has not said
  said          text,                 -- its words, or why it could not be asked; no secret
  constraint sms_provider_pk primary key (name)
);

-- A notice to the customer of a port by SMS: one accepted message for each port and step.
create table notice (
  port_id     uuid        not null,
  step        text        not null, -- welcome
  provider    text        not null, -- that was asked last
  begun_at    timestamptz,          -- of the attempt under way; null when it has ended
  doubts      integer     not null, -- messages that were handed over and not answered: each may have gone out
  doubted_at  timestamptz,          -- the newest of them
  accepted_at timestamptz,          -- null until a provider took it: nothing is sent after that
  message_id  text,                 -- at the provider
  constraint notice_pk primary key (port_id, step)
);
