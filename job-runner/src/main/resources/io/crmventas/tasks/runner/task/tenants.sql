-- Returns every tenant with its time zone and its creation time.
select t.id::int, t.timezone, t.created_at::timestamptz from tenants t order by t.id
