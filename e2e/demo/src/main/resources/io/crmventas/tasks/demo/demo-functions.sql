-- Functions for demo-data.sql and demo-tick.sql, which exist as long as the connection. They contain instant and seed as
-- constants: to read a setting for every row would take longer than the rest.
do $do$
begin
    execute format('create or replace function pg_temp.demo_now() returns timestamptz language sql immutable as $$ select %L::timestamptz $$',
                   current_setting('demo.now')::timestamptz);
    -- A number in [0, buckets) for the n-th object; the salt names the property that the number decides.
    execute format('create or replace function pg_temp.pick(n bigint, salt integer, buckets integer) returns integer language sql immutable
                    as $$ select ((hashint8extended(n, %s + salt) & 9223372036854775807) %% buckets)::integer $$',
                   current_setting('demo.seed')::bigint * 1000);
    execute format('create or replace function pg_temp.demo_id(kind text, n bigint) returns uuid language sql immutable
                    as $$ select md5(kind || %L || n)::uuid $$',
                   ':' || current_setting('demo.seed') || ':');
end $do$;

create or replace function pg_temp.word(n bigint, salt integer, variadic words text[]) returns text language sql immutable
    as $$ select words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;
