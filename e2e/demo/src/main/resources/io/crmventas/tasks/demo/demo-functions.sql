-- What demo-data.sql and demo-tick.sql share; lives as long as the connection.
create or replace function pg_temp.demo_now() returns timestamptz language sql stable
    as $$ select current_setting('demo.now')::timestamptz $$;
-- A number in [0, buckets) for the n-th thing; the salt names the question that is asked about it.
create or replace function pg_temp.pick(n bigint, salt integer, buckets integer) returns integer language sql stable
    as $$ select ((hashint8extended(n, current_setting('demo.seed')::bigint * 1000 + salt) & 9223372036854775807) % buckets)::integer $$;
create or replace function pg_temp.demo_id(kind text, n bigint) returns uuid language sql stable
    as $$ select md5(kind || ':' || n || ':' || current_setting('demo.seed'))::uuid $$;
create or replace function pg_temp.word(n bigint, salt integer, variadic words text[]) returns text language sql stable
    as $$ select words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;
