-- What demo-data.sql and demo-tick.sql share; lives as long as the connection. Instant and seed are written into the
-- functions: reading a setting anew for every row would take longer than the rest of it.
do $do$
begin
    execute format('create or replace function pg_temp.demo_now() returns timestamptz language sql immutable as $$ select %L::timestamptz $$',
                   current_setting('demo.now')::timestamptz);
    -- A number in [0, buckets) for the n-th thing; the salt names the question that is asked about it.
    execute format('create or replace function pg_temp.pick(n bigint, salt integer, buckets integer) returns integer language sql immutable
                    as $$ select ((hashint8extended(n, %s + salt) & 9223372036854775807) %% buckets)::integer $$',
                   current_setting('demo.seed')::bigint * 1000);
    execute format('create or replace function pg_temp.demo_id(kind text, n bigint) returns uuid language sql immutable
                    as $$ select md5(kind || %L || n)::uuid $$',
                   ':' || current_setting('demo.seed') || ':');
end $do$;

create or replace function pg_temp.word(n bigint, salt integer, variadic words text[]) returns text language sql immutable
    as $$ select words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;
