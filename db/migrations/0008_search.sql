-- Search by number and by identifier, measured at a million ports: a port of one number is found by its number, only the few that
-- are wider by where they begin; an identifier by the letters it begins with, also from a prepared statement.
create index port_number on port (first_number);
create index port_wide_range on port (first_number, last_number) where first_number < last_number;
create index port_word on port (msgidentifier collate "C");
drop index port_first_number;
drop index port_identifier;
