-- Adds a little work for the next runs. The script needs demo-functions.sql, demo.now and demo.seed. A second call for the
-- same instant adds nothing. Each tenant gets a customer who has waited for over an hour, a hot lead, messages in three
-- existing conversations and an expired notification.

create temporary table demo_tick on commit drop as
select t.id as tenant_id, extract(epoch from pg_temp.demo_now())::bigint as epoch,
       (select u.id from users u where u.tenant_id = t.id and u.status = 'active' and u.role <> 'secretary'
        order by hashtextextended(u.id::text, extract(epoch from pg_temp.demo_now())::bigint) limit 1) as seller_id
from tenants t
where not exists (select from leads l where l.tenant_id = t.id
                  and l.phone_number = '+54777' || extract(epoch from pg_temp.demo_now())::bigint);

insert into chat_messages (tenant_id, from_number, role, content, created_at, assigned_seller_id, assigned_at)
select tenant_id, '+54666' || epoch, role, 'tick', pg_temp.demo_now() - age, case when role = 'assistant' then seller_id end,
       case when role = 'assistant' then pg_temp.demo_now() - age end
from demo_tick, (values ('assistant', interval '70 minutes'), ('user', interval '65 minutes'), ('user', interval '5 minutes')) m (role, age)
union all
select tenant_id, '+54777' || epoch, case when k % 2 = 0 then 'assistant' else 'user' end, 'tick',
       pg_temp.demo_now() - make_interval(mins => 2 * k), seller_id, pg_temp.demo_now() - interval '20 minutes'
from demo_tick, generate_series(0, 5) k
union all
select d.tenant_id, c.from_number, case when k = 0 then 'assistant' else 'user' end, 'tick',
       pg_temp.demo_now() - make_interval(secs => 30 + 90 * k), null, null
from demo_tick d, generate_series(0, 1) k,
     lateral (select from_number from leads l join chat_messages m on m.tenant_id = l.tenant_id and m.from_number = l.phone_number
              where l.tenant_id = d.tenant_id group by from_number
              order by hashtextextended(from_number, d.epoch) limit 3) c
order by 5;

insert into leads (tenant_id, phone_number, first_name, status, lead_source, assigned_seller_id, estimated_value, created_at, updated_at)
select tenant_id, '+54777' || epoch, 'Tick', 'new', 'META_ADS', seller_id, 5000, pg_temp.demo_now() - interval '15 minutes', pg_temp.demo_now()
from demo_tick;

insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, created_at, expires_at)
select 'demo:tick:' || tenant_id || ':' || epoch, tenant_id, 'assignment', 'Aviso', 'Texto de ejemplo', 'low', seller_id,
       pg_temp.demo_now() - interval '8 days', pg_temp.demo_now() - interval '1 day'
from demo_tick where seller_id is not null;
