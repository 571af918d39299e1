-- Lookups that would otherwise read a whole table that only grows.

-- Which of our messages an `error` is about.
create index message_sent_msgid on message (msgid) where direction = 0;

-- What the metrics count at every scrape.
create index inbound_flagged on inbound (received_at) where state in ('unknown', 'malformed', 'refused');
