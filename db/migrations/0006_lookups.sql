-- Lookups that would otherwise read a whole table that only grows.

-- The newest port of a chain: every GET, instruction and abort by msgidentifier.
create index port_chain on port (chain_id);

-- Which of our messages an `error` is about.
create index message_sent_msgid on message (msgid) where direction = 0;

-- What the metrics count at every scrape.
create index inbound_flagged on inbound (received_at) where state in ('unknown', 'malformed', 'refused');
create index timer_fired on timer (port_id) where outcome = 'fired';
