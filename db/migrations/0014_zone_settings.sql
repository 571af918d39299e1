-- What the ENUM zones of secondaries are made of besides the routes: each change of it takes a generation, so that the serial moves.
-- Additive: to the code of yesterday such a generation is one that the feed leaves out, and it loads all routes again.

create table zone_settings (
  generation  bigint      not null, -- as of the routes, in which there is no change of theirs then
  apex        text        not null, -- with its last dot, in lower case
  fingerprint text        not null, -- of the settings, and of how the records are worded
  at          timestamptz not null,
  constraint zone_settings_pk primary key (generation, apex)
);
