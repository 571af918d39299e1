-- One window more: until the clearinghouse answers an abort. The port has ended for us, and not yet for it.
alter table timer drop constraint timer_kind;
alter table timer add constraint timer_kind
  check (kind in ('acknowledgement', 'authorisation', 'instruction', 'instruction_response', 'porting', 'change', 'checks', 'abort'));

-- Port-ins under way, the oldest first: which of them comes near the longest time that its market allows.
create index port_live_created on port (created_at, id) where ended_at is null and direction = 'in';
