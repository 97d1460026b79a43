-- Whether the transaction whose commit got no answer was committed. Null when the server does not know it: because it is
-- too old, or because this server took over without it.
\set id 1
select case when :id::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status(:id::text::xid8) end as status
