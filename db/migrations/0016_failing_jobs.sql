-- Which jobs fail, by process: the monitors' turn is one of all processes, and whoever has it tells of all. The code of yesterday runs on it.
create table failing_job (
  process  uuid        not null, -- of one start
  job      text        not null,
  failures integer     not null, -- in a row
  said     text        not null, -- the last of them
  since    timestamptz not null,
  seen_at  timestamptz not null, -- said again while it goes on: what is older is of a process that is gone
  constraint failing_job_pk primary key (process, job)
);
