-- What each webhook asks for every second is found beside whatever others leave: a million deliveries to one that is paused, or that
-- were given up, are not read for it. The code of yesterday runs on it.
create index delivery_due on delivery (subscription, next_attempt_at, event_id) where state = 'queued';
create index delivery_dead on delivery (subscription) where state = 'dead';
drop index delivery_open;

-- The same columns in the same order as timer_port.
drop index timer_by_port;
