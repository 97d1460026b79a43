-- Every tenant and what its local day is counted by.
select t.id, t.timezone, t.created_at from tenants t order by t.id
