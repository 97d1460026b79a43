-- Deterministic CRM data with activity around one instant: the same settings give the same rows, because every choice is a
-- hash of a number and a salt. The script needs demo-functions.sql and runs in one transaction. Settings (set_config):
-- demo.now, demo.seed, demo.tenants, demo.sellers (of each tenant), demo.messages (about). All statements are set-based.

set local work_mem = '128MB';
-- A user with the permission skips the checks of foreign keys, which saves a third of the time. A test checks the keys.
do $$
begin
    set local session_replication_role = replica;
exception when insufficient_privilege then null;
end $$;

-- The zones of tenants 1 and 2 are twelve hours apart, so at every instant it is afternoon for one of them.
insert into tenants (id, bot_phone_number, clinic_name, owner_email, timezone, config, created_at)
select t, '+54911' || lpad(t::text, 8, '0'),
       pg_temp.word(t, 1, 'Inmobiliaria', 'Concesionaria', 'Academia', 'Clínica') || ' '
           || pg_temp.word(t, 2, 'del Sur', 'Rivadavia', 'Andina', 'San Martín', 'Ñandú') || ' ' || t,
       'owner' || t || '@example.test',
       case t when 1 then 'America/Argentina/Buenos_Aires' when 2 then 'Asia/Tokyo' when 3 then null when 4 then 'UTC+3'
              else (array['Europe/Madrid', 'America/Mexico_City', 'Asia/Kolkata', 'Australia/Lord_Howe',
                          'America/Argentina/Buenos_Aires'])[1 + t % 5] end,
       jsonb_build_object('currency', 'ARS'), pg_temp.demo_now() - interval '400 days'
from generate_series(1, current_setting('demo.tenants')::integer) t;
select setval('tenants_id_seq', (select max(id) from tenants));

-- Sellers 1 to n of a tenant. Tenant 1, 5, … has two CEOs; tenant 4, 8, … none. "pace" is how fast a seller answers:
-- 1 and 2 quickly, 3 in 40 minutes, 4 in 80 minutes; a seller of pace 5 has hardly any work.
create temporary table demo_staff on commit drop as
select row_number() over (order by t, j) as n, t as tenant_id, j, 1 + (j - 1) % 5 as pace,
       pg_temp.demo_id('user', t * 10000 + j) as id,
       case when j = 1 and t % 4 <> 0 or j = 2 and t % 4 = 1 then 'ceo'
            else (array['setter', 'closer', 'professional'])[1 + j % 3] end as role
from generate_series(1, current_setting('demo.tenants')::integer) t,
     generate_series(1, greatest(5, current_setting('demo.sellers')::integer)) j;

insert into users (id, email, role, status, tenant_id, first_name, last_name, created_at)
select id, 'seller' || j || '@tenant' || tenant_id || '.example.test', role, 'active', tenant_id,
       case when pg_temp.pick(n, 3, 12) > 0 then pg_temp.word(n, 4, 'Ana', 'Bruno', 'Camila', 'Diego', 'Elena', 'Iñaki', 'Lucía') end,
       case when pg_temp.pick(n, 5, 12) > 0 then pg_temp.word(n, 6, 'García', 'Pérez', 'Suárez', 'O''Brien', 'Núñez') end,
       pg_temp.demo_now() - interval '300 days'
from demo_staff
union all
-- Users who must never get a notification or metrics: a secretary, a suspended user and a pending user.
select pg_temp.demo_id(role, t), role || '.' || status || '@tenant' || t || '.example.test', role, status, t, 'Alex', null,
       pg_temp.demo_now() - interval '300 days'
from generate_series(1, current_setting('demo.tenants')::integer) t,
     (values ('secretary', 'active'), ('closer', 'suspended'), ('setter', 'pending')) p (role, status)
where status <> 'pending' or t % 2 = 0
union all
select pg_temp.demo_id('root', 0), 'root@example.test', 'ceo', 'active', null, 'Root', null, pg_temp.demo_now() - interval '300 days';

-- One row for each conversation: its seller, its state, and the time of its newest message.
create temporary table demo_conversation on commit drop as
with numbered as (
    select c, 1 + c % current_setting('demo.tenants')::integer as tenant_id, pg_temp.pick(c, 10, 100) as dice
    from generate_series(1, greatest(40, current_setting('demo.messages')::integer / 20)) c
), kinds as (
    select *, case when dice < 7 then 'unanswered_high' when dice < 12 then 'unanswered_critical' when dice < 18 then 'hot'
                   when dice < 22 then 'hot_critical' when dice < 29 then 'followup_contacted' when dice < 34 then 'followup_new'
                   when dice < 40 then 'followup_no_lead' when dice < 60 then 'lively' when dice < 70 then 'closed' else 'past' end as kind
    from numbered
), staffed as (
    select k.*, s.id as seller_id, coalesce(s.pace, 1) as pace
    from kinds k left join demo_staff s
      on s.tenant_id = k.tenant_id and pg_temp.pick(k.c, 11, 100) >= 8
     and s.j = 1 + (k.c / current_setting('demo.tenants')::integer + pg_temp.pick(k.c, 12, 3)) % greatest(5, current_setting('demo.sellers')::integer)
     -- A seller with hardly any work has old conversations only.
     and (s.pace <> 5 or k.kind = 'past')
)
select c, tenant_id, kind, pace, '+549' || lpad((1100000000 + c::bigint)::text, 10, '0') as phone,
       case pg_temp.pick(c, 13, 40) when 0 then pg_temp.demo_id('closer', tenant_id) when 1 then pg_temp.demo_id('secretary', tenant_id)
            else seller_id end as seller_id,
       pg_temp.demo_now() - make_interval(secs => case kind
           when 'unanswered_high' then 3900 + pg_temp.pick(c, 14, 6000)
           when 'unanswered_critical' then 14700 + pg_temp.pick(c, 14, 60000)
           when 'hot' then 120 + pg_temp.pick(c, 14, 3000)
           when 'hot_critical' then 60 + pg_temp.pick(c, 14, 3000)
           when 'followup_contacted' then 180000 + pg_temp.pick(c, 14, 700000)
           when 'followup_new' then 93600 + pg_temp.pick(c, 14, 400000)
           when 'followup_no_lead' then 266400 + pg_temp.pick(c, 14, 900000)
           when 'lively' then 90 + pg_temp.pick(c, 14, 20000)
           when 'closed' then 3600 + pg_temp.pick(c, 14, 260000)
           else 86400 * 2 + pg_temp.pick(c, 14, 86400 * 45) end + pg_temp.pick(c, 15, 1000000) / 1e6) as newest_at,
       case when kind like 'unanswered%' then 1 + pg_temp.pick(c, 16, 3) when kind like 'hot%' then 0
            when kind = 'lively' then pg_temp.pick(c, 16, 2) else pg_temp.pick(c, 16, 4) / 3 end as streak,
       -- Messages come in sessions of one day; a hot conversation has all its messages in the last session.
       case kind when 'hot' then 4 when 'hot_critical' then 14 else 6 end as session_size,
       case when kind = 'hot_critical' then 1 when kind like 'hot%' or pace in (1, 2, 5) then 4 + pg_temp.pick(c, 17, 6)
            when pace = 3 then 40 else 80 end as gap_minutes,
       8 + pg_temp.pick(c, 18, 25) as messages,
       pg_temp.pick(c, 19, 10) = 0 as reassigned,
       kind <> 'followup_no_lead' and (kind not in ('lively', 'past') or pg_temp.pick(c, 20, 4) > 0) as has_lead
from staffed;

insert into chat_messages (tenant_id, from_number, role, content, created_at, assigned_seller_id, assigned_at, channel_source,
                           correlation_id, meta)
select tenant_id, phone, role,
       case role when 'user' then pg_temp.word(c * 100 + k, 31, 'Hola, ¿precio?', 'Sigo esperando', '¿Tienen turno mañana?', 'Gracias 🙌')
                 else pg_temp.word(c * 100 + k, 32, 'Con gusto le cuento.', 'Le paso la propuesta.', '¿Le sirve el martes?') end,
       -- A few old rows have no time; the tasks ignore such messages.
       case when k < 6 or pg_temp.pick(c * 100 + k, 33, 150) > 0 then at end,
       -- An assignment of the CRM writes the seller into the existing rows; later rows have null.
       case when k >= stamped_from then case when reassigned and k >= stamped_from + 3 then previous_id else seller_id end end,
       case when k >= stamped_from and seller_id is not null
            then least(pg_temp.demo_now(), newest_at - make_interval(days => case when reassigned and k >= stamped_from + 3 then 20 else 0 end)
                       - make_interval(mins => case when stamped_from = 0 then 0 else pg_temp.pick(c, 34, 3) * 900 end)) end,
       pg_temp.word(c, 35, 'whatsapp', 'whatsapp', 'instagram', 'facebook'), 'demo-' || c || '-' || k,
       jsonb_build_object('k', k)
from (
    select d.*, k, p.id as previous_id,
           case when kind like 'unanswered%' then streak + pg_temp.pick(c, 36, 3) when pg_temp.pick(c, 37, 4) = 0 then 0
                else pg_temp.pick(c, 38, 8) end as stamped_from,
           newest_at - make_interval(days => k / session_size * (1 + pg_temp.pick(c, 39, 3)),
                                     mins => k % session_size * gap_minutes, secs => k % 7) as at,
           -- A session begins with the customer and has its answers, so that the metrics show a seller's pace.
           case when k < streak or k % session_size = session_size - 1 then 'user'
                when k % session_size % 2 = 1 and k > streak and pg_temp.pick(c * 100 + k, 40, 8) = 0 then 'system'
                when k % session_size % 2 = 1 and k > streak and pg_temp.pick(c * 100 + k, 40, 8) = 1 then 'tool'
                when (case when k < session_size then k - streak else k end) % 2 = 1 then 'user' else 'assistant' end as role
    from demo_conversation d
    left join demo_staff p on p.tenant_id = d.tenant_id and p.j = 1 and p.id is distinct from d.seller_id
    cross join generate_series(0, d.messages - 1) k
    offset 0 -- an optimization fence: PostgreSQL computes each expression above once for each row, not once for each use
) m
-- Ids are roughly, not strictly, in the order of time, as in the CRM, where transactions commit out of order.
order by at + make_interval(secs => pg_temp.pick(c * 100 + k, 41, 45));

-- Rows that belong to no conversation: without a tenant, or of a deleted tenant.
insert into chat_messages (tenant_id, from_number, role, content, created_at)
select case when n % 2 = 0 then 900000 + n % 3 end, '+5490' || lpad(n::text, 9, '0'), 'user', 'huérfano',
       pg_temp.demo_now() - make_interval(mins => 70 + n * 7)
from generate_series(1, greatest(20, current_setting('demo.messages')::integer / 400)) n;

insert into lead_statuses (tenant_id, name, code, is_final, is_active)
select t, code, code, is_final, is_active
from generate_series(1, current_setting('demo.tenants')::integer) t,
     (values ('nuevo', false, true), ('contactado', null, true), ('negociacion', false, true), ('cerrado_ganado', true, true),
             ('Perdido_Competencia', true, false), ('perdido_competencia', null, true)) s (code, is_final, is_active);

insert into leads (id, tenant_id, phone_number, first_name, last_name, status, lead_source, assigned_seller_id, estimated_value,
                   conversion_value, created_at, updated_at, status_changed_at)
select pg_temp.demo_id('lead', c), tenant_id, phone, pg_temp.word(c, 50, 'Mía', 'Juan', 'Sofía', 'Tomás'),
       case when pg_temp.pick(c, 51, 5) > 0 then pg_temp.word(c, 52, 'López', 'Díaz', 'Ruiz') end, status, source, seller_id,
       100 * (1 + pg_temp.pick(c, 53, 5000)), case when pg_temp.pick(c, 54, 6) = 0 then pg_temp.pick(c, 55, 3) * 12345.67 end,
       case when pg_temp.pick(c, 56, 60) = 0 then null
            else newest_at - make_interval(hours => case when kind like 'hot%' then 1 + pg_temp.pick(c, 57, 120)
                                                         else pg_temp.pick(c, 57, 500) end) end,
       newest_at,
       case when kind = 'closed' or pg_temp.pick(c, 58, 3) > 0
            then least(newest_at + interval '5 minutes', pg_temp.demo_now()) end
from (
    select *, case when kind = 'hot_critical' then 'META_ADS' when kind = 'hot' then pg_temp.word(c, 60, 'META_ADS', 'REFERRAL')
                   else pg_temp.word(c, 60, 'ORGANIC', 'META_ADS', 'REFERRAL', 'APIFY', 'PROSPECTING', 'PROSPECTING') end as source,
        case when kind like 'hot%' then pg_temp.word(c, 61, 'new', 'Interested', 'negociacion', 'calificado', 'proposal_sent')
             when kind = 'followup_contacted' then pg_temp.word(c, 61, 'contacted', 'Contactado', 'derivado', 'interested', 'llamada_agendada')
             when kind = 'followup_new' then pg_temp.word(c, 61, 'new', 'nuevo', 'NUEVO')
             -- Sellers of pace 2 win few leads.
             when kind = 'closed' and (pace <> 2 or pg_temp.pick(c, 62, 40) = 0)
                 then pg_temp.word(c, 61, 'closed_won', 'Cerrado_Ganado', 'converted', 'won', 'lost', 'descartado', 'perdido_competencia')
             when kind = 'closed' then pg_temp.word(c, 61, 'lost', 'cerrado_perdido', 'perdido_competencia', 'archived')
             when pg_temp.pick(c, 63, 5) > 0 then pg_temp.word(c, 61, 'new', 'contacted', 'sin_respuesta', 'en_cierre', 'lost', 'blocked')
             when pg_temp.pick(c, 64, 2) = 0 then pg_temp.word(c, 61, 'esperando_banco', '', ' new ') end as status
    from demo_conversation where has_lead
) l;

-- Leads without a conversation, of today and of the last days.
insert into leads (id, tenant_id, phone_number, status, lead_source, assigned_seller_id, estimated_value, created_at, updated_at,
                   status_changed_at)
select pg_temp.demo_id('cold', x.n), s.tenant_id, '+5480' || lpad(x.n::text, 9, '0'),
       case when s.pace <> 2 and x.n % 9 = 0 then 'cerrado_ganado' else pg_temp.word(x.n, 70, 'new', 'nuevo', 'discarded', 'contactado') end,
       pg_temp.word(x.n, 71, 'PROSPECTING', 'ORGANIC', 'APIFY'), s.id, 1000 + x.n, at, at, case when x.n % 9 = 0 then at + interval '1 hour' end
from (select *, 1 + (n - 1) % (select count(*) from demo_staff) as staff,
             pg_temp.demo_now() - make_interval(hours => 2 + pg_temp.pick(n, 72, 480), secs => pg_temp.pick(n, 73, 3600)) as at
      from generate_series(1, greatest((select 8 * count(*) from demo_staff), current_setting('demo.messages')::integer / 200)) n) x
join demo_staff s on s.n = x.staff;

-- Rows that cleanup deletes: expired notifications, and old ones without expires_at. Also rows that it must keep.
insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, metadata, read, created_at, expires_at)
select 'demo:' || s.n || ':' || k, s.tenant_id, pg_temp.word(k, 80, 'unanswered', 'hot_lead', 'followup', 'assignment'), 'Aviso ' || k, 'Texto de ejemplo',
       pg_temp.word(k, 81, 'low', 'medium', 'high', 'critical'), s.id, '{}', k % 3 = 0,
       case when k = 11 then null else pg_temp.demo_now() - make_interval(days => k, hours => 1) end,
       case when k % 2 = 0 then pg_temp.demo_now() + make_interval(days => 6 - k, hours => 1) end
from demo_staff s, generate_series(0, 11) k;

-- One row for each day of six weeks, as the CRM's own code writes them: the period begins at the time of the run.
insert into seller_metrics (id, seller_id, tenant_id, total_conversations, conversion_rate, metrics_calculated_at, metrics_period_start,
                            metrics_period_end)
select pg_temp.demo_id('metrics', s.n * 1000 + k), s.id, s.tenant_id, k, k, at + interval '1 day', at, at + interval '1 day'
from demo_staff s, generate_series(2, 43) k,
     lateral (select pg_temp.demo_now() - make_interval(days => k, mins => pg_temp.pick(s.n, 90, 600)) as at) d;

do $$
begin
    if to_regclass('chat_sessions') is not null then
        insert into chat_sessions (id, tenant_id, from_number, status, last_activity)
        select pg_temp.demo_id('session', c), tenant_id, phone, pg_temp.word(c, 95, 'inactive', 'inactive', 'active'),
               case when pg_temp.pick(c, 96, 20) > 0 then newest_at end
        from demo_conversation;
    end if;
    if to_regclass('notification_settings') is not null then
        insert into notification_settings (user_id, mute_until, muted_types)
        select id::text, case j when 2 then pg_temp.demo_now() + interval '2 hours' else pg_temp.demo_now() - interval '1 hour' end,
               case j when 3 then '["followup"]' when 4 then '{"followup": true}' else '[]' end::jsonb
        from demo_staff where tenant_id % 4 = 3 and j <= 4
        union all values ('not-a-user', pg_temp.demo_now() + interval '1 day', '"junk"'::jsonb);
    end if;
end $$;

select setval('chat_messages_id_seq', (select max(id) from chat_messages));
analyze;
