-- 2.7 million messages of the same conversations that are older than every window of the tasks. Half of them carry the
-- stamp of an assignment 200 days ago.
insert into chat_messages (from_number, role, content, created_at, tenant_id, assigned_seller_id, assigned_at)
 select m.from_number, case when k%2=0 then 'user' else 'assistant' end, 'message text of ordinary length, with some words in it '||k,
   now() - interval '95 days' - (k*33+(hashtext(m.from_number)%97))*interval '1 hour' , m.tenant_id,
   case when k > 90 then m.seller end, case when k>90 then now() - interval '200 days' end
 from (select tenant_id, from_number, max(assigned_seller_id::text)::uuid as seller from chat_messages group by 1,2) m cross join generate_series(1,180) k;
