-- Returns a user for whom check adds rows that it rolls back. A CEO comes first, because every task writes rows for CEOs.
select u.id, u.tenant_id::int
from users u
join tenants t on t.id = u.tenant_id
order by (u.role = 'ceo' and u.status = 'active') desc
limit 1
