-- Returns whether the transaction whose commit got no answer was committed. The result is null when the server does not know
-- the transaction: it is too old, or this server took over without it.
\set id 1
select case when :id::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status(:id::text::xid8) end as status
