-- Two tables that the contract allows and that today's CRM does not have.

-- The CRM's drafts have user_id as text or as uuid. Text is the harder case, because it can have a value that is no uuid.
create table notification_settings (
    user_id      text primary key,
    mute_until   timestamptz,
    muted_types  jsonb default '[]',
    email_alerts boolean default true,
    updated_at   timestamptz default now()
);

create table chat_sessions (
    id             uuid primary key default gen_random_uuid(),
    tenant_id      integer,
    from_number    text,
    status         text default 'active',
    started_at     timestamptz default now(),
    last_activity  timestamptz
);
