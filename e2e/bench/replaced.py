"""metrics-refresh as the CRM's old scheduler did it: a dozen queries for each seller, one after the other, then one row.

We wrote these queries after its service. They find a seller's conversations by the rows that have the seller's id, and so
miss later rows. The benchmark compares only the cost."""

from datetime import datetime, timedelta, timezone

TALK = "from chat_messages where tenant_id = $1 and assigned_seller_id = $2 and created_at >= $3"
LEAD = "select count(*) from leads where tenant_id = $1 and assigned_seller_id = $2 and created_at >= $3"
WON = " and lower(status) in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won')"
PROSPECT = " and lead_source = 'PROSPECTING'"
RESPONSE = f"""
    select avg(extract(epoch from created_at - previous_at)) from (
      select role, created_at, lag(role) over w as previous_role, lag(created_at) over w as previous_at
      {TALK} and role in ('user', 'assistant') window w as (partition by from_number order by created_at, id)) messages
    where role = 'assistant' and previous_role = 'user'"""
SESSIONS = f"""
    select sum(minutes), avg(minutes) from (
      select extract(epoch from max(created_at) - min(created_at)) / 60 as minutes {TALK} group by from_number) talks"""
COLUMNS = """total_conversations active_conversations conversations_assigned_today total_messages_sent
    total_messages_received avg_response_time_seconds leads_assigned leads_converted prospects_generated
    prospects_converted total_chat_minutes avg_session_duration_minutes last_activity_at conversion_rate""".split()
INSERT = f"""insert into seller_metrics (seller_id, tenant_id, metrics_period_start, metrics_calculated_at,
    {', '.join(COLUMNS)}) values ($1, $2, $3, now(), {', '.join(f'${n + 4}' for n in range(len(COLUMNS)))})"""
UPDATE = f"""update seller_metrics set metrics_calculated_at = now(), {', '.join(f'{c} = ${n + 2}' for n, c in enumerate(COLUMNS))}
    where id = $1"""


async def refresh(db, every):
    """Refreshes every ``every``-th seller, because all of them take minutes. Returns their number and the number of all sellers."""
    now = datetime.now(timezone.utc)
    today, day, month = now.replace(hour=0, minute=0, second=0, microsecond=0), now - timedelta(days=1), now - timedelta(days=30)
    sellers = await db.fetch("""select id, tenant_id from users where status = 'active' and tenant_id is not null
        and role in ('setter', 'closer', 'professional', 'ceo') order by id""")
    for seller in sellers[::every]:
        who = seller["tenant_id"], seller["id"]
        minutes, average = await db.fetchrow(SESSIONS, *who, today)
        response = await db.fetchval(RESPONSE, *who, today)
        figures = [
            await db.fetchval(f"select count(distinct from_number) {TALK}", *who, month),
            await db.fetchval(f"select count(distinct from_number) {TALK}", *who, day),
            await db.fetchval(f"select count(distinct from_number) {TALK} and assigned_at >= $3", *who, today),
            await db.fetchval(f"select count(*) {TALK} and role = 'assistant'", *who, today),
            await db.fetchval(f"select count(*) {TALK} and role = 'user'", *who, today),
            None if response is None else round(response),
            await db.fetchval(LEAD, *who, month),
            await db.fetchval(LEAD + WON, *who, month),
            await db.fetchval(LEAD + PROSPECT, *who, month),
            await db.fetchval(LEAD + PROSPECT + WON, *who, month),
            round(minutes or 0),
            None if average is None else round(average),
            await db.fetchval(f"select max(created_at) {TALK} and role = 'assistant'", *who, month),
        ]
        figures.append(round(100 * figures[7] / figures[6], 2) if figures[6] else None)
        row = await db.fetchval("""select id from seller_metrics
            where seller_id = $2 and tenant_id = $1 and metrics_period_start = $3""", *who, today)
        await (db.execute(UPDATE, row, *figures) if row else db.execute(INSERT, who[1], who[0], today, *figures))
    return len(sellers[::every]), len(sellers)
