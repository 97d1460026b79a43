lead_statuses (tenant_id, code, is_final) as (select null::int, null::text, null::boolean where false)
