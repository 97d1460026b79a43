-- A CRM of 20 tenants, 220 sellers, 15,000 conversations and 300,000 messages of the last 45 days.
\set ON_ERROR_STOP 1
select setseed(0.5);
insert into tenants (id, bot_phone_number, clinic_name, timezone, created_at) select i, 'bot'||i, 'Clinic '||i, (array['America/Argentina/Buenos_Aires','America/Bogota','Europe/Madrid'])[1+i%3], now()-interval '3 years' from generate_series(1,20) i;
insert into users (id, email, role, status, tenant_id, first_name, last_name) select gen_random_uuid(), 's'||i||'@x', case when i<=20 then 'ceo' when i%3=0 then 'setter' when i%3=1 then 'closer' else 'professional' end, 'active', 1+i%20, 'N'||i, 'L'||i from generate_series(1,220) i;
create temp table c as select i as n, 1+i%20 as tenant_id, '+549'||lpad(i::text,9,'0') as from_number,
  random() as r, random() as r2 from generate_series(1,15000) i;
alter table c add seller uuid;
update c set seller = (select u.id from users u where u.tenant_id=c.tenant_id and u.role<>'ceo' order by md5(u.id::text||c.n) limit 1) where r < 0.8;
insert into leads (tenant_id, phone_number, first_name, status, lead_source, assigned_seller_id, created_at, updated_at, status_changed_at, estimated_value)
 select tenant_id, from_number, 'F'||n, (array['new','nuevo','contactado','negociacion','closed_won','closed_lost','client','Contacted'])[1+n%8], (array['ORGANIC','META_ADS','REFERRAL','PROSPECTING'])[1+n%4], seller, now()-r2*interval '60 days', now()-r2*interval '10 days', now()-r2*interval '10 days', 1000*r from c where n%5<>0;
-- recent: 20 messages a conversation; ends between now and 45 days ago, of which 10 % in the last day
insert into chat_messages (from_number, role, content, created_at, tenant_id, assigned_seller_id, assigned_at)
 select c.from_number, case when (k*7+c.n)%11 < 6 then 'user' else 'assistant' end, 'message text of ordinary length, with some words in it '||k,
   t.at, c.tenant_id, case when t.at < a.at then c.seller end, case when t.at < a.at and c.seller is not null then a.at end
 from c cross join generate_series(0,19) k
 cross join lateral (select now() - (case when r2<0.1 then r2*10 else r2*45 end)*interval '1 day' - (k*(20+n%50))*interval '1 minute' as at) t
 cross join lateral (select now() - (case when r2<0.1 then r2*10 else r2*45 end)*interval '1 day' - ((n%20)*(20+n%50))*interval '1 minute' as at) a
 order by t.at;
