-- Steps are claimed by kind, so that those of a peer that is silent are not in the way of the others. The code of yesterday runs on it.
create index port_step_open on port_step (step, next_attempt_at) where state in ('waiting', 'failed');
drop index port_step_due;
