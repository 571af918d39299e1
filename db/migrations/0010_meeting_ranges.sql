-- Whether a number has moved, and whether a live port holds it, measured at a million of each: one of a single number is found by that
-- number, only the few that are wider by where they begin (as 0008 has it for the search). That bounds a search where no range has
-- more than 100,000 numbers, so a change of more, which an import could write, becomes several of the same generation.
create index route_change_wide on route_change (first_number, last_number) where first_number < last_number;
create index port_live_wide on port (first_number, last_number) where ended_at is null and first_number < last_number;

create temporary table too_long on commit drop as
  select generation, position, first_number, last_number, operator, routing_number, number_type, source, cause, said_by, at
    from route_change where substr(last_number, 2)::bigint - substr(first_number, 2)::bigint >= 100000;
insert into route_change (generation, position, first_number, last_number, operator, routing_number, number_type, source, cause, said_by, at)
  select t.generation, top.position + row_number() over (partition by t.generation order by t.position, piece.first),
         '+' || piece.first, '+' || least(piece.first + 99999, substr(t.last_number, 2)::bigint),
         t.operator, t.routing_number, t.number_type, t.source, t.cause, t.said_by, t.at
    from too_long t
    cross join lateral (select max(c.position) as position from route_change c where c.generation = t.generation) top
    cross join lateral generate_series(substr(t.first_number, 2)::bigint + 100000, substr(t.last_number, 2)::bigint, 100000) as piece (first);
update route_change c set last_number = '+' || (substr(c.first_number, 2)::bigint + 99999)
  from too_long t where t.generation = c.generation and t.position = c.position;
