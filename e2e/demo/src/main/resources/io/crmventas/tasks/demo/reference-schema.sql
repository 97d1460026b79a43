-- The CRM's tables, written from the data contract. The CRM owns the real ones; this copy is for tests, benchmarks and the
-- demo. Like the CRM it has tables and columns that the contract does not name. They are between the others, so that a test
-- finds a statement that depends on the order of columns. The job-runner creates none of these tables.

create table tenants (
    id                serial primary key,
    bot_phone_number  text not null unique,
    clinic_name       text not null,
    owner_email       text,
    timezone          text default 'America/Argentina/Buenos_Aires',
    config            jsonb default '{}',
    created_at        timestamptz default now(),
    updated_at        timestamptz default now()
);

create table users (
    id             uuid primary key default gen_random_uuid(),
    email          varchar(255) not null unique,
    password_hash  text not null default '!',
    role           varchar(20) not null check (role in ('ceo', 'professional', 'secretary', 'setter', 'closer')),
    status         varchar(20) not null default 'pending' check (status in ('pending', 'active', 'suspended')),
    phone_number   varchar(50),
    tenant_id      integer references tenants (id),
    first_name     varchar(100),
    last_name      varchar(100),
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);

create table leads (
    id                  uuid primary key default gen_random_uuid(),
    tenant_id           integer not null references tenants (id) on delete cascade,
    phone_number        varchar(50) not null,
    email               varchar(255),
    first_name          varchar(100),
    last_name           varchar(100),
    status              text default 'new',
    stage_id            uuid,
    lead_source         varchar(50) default 'ORGANIC',
    tags                jsonb default '[]',
    assigned_seller_id  uuid references users (id),
    estimated_value     numeric(12, 2) default 0,
    conversion_value    numeric(12, 2),
    created_at          timestamptz default now(),
    updated_at          timestamptz default now(),
    status_changed_at   timestamptz,
    converted_at        timestamptz,
    unique (tenant_id, phone_number)
);

-- Every tenant has its own statuses; codes that differ only by case are different codes.
create table lead_statuses (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   integer not null references tenants (id) on delete cascade,
    name        text not null,
    code        text not null,
    color       varchar(7) default '#6B7280',
    is_active   boolean default true,
    is_final    boolean default false,
    sort_order  integer default 0,
    created_at  timestamptz default now(),
    unique (tenant_id, code)
);

-- As in the CRM, there is no foreign key to tenants, a default tenant, and no index on created_at alone.
create table chat_messages (
    id                  bigserial primary key,
    from_number         text not null,
    role                text not null check (role in ('user', 'assistant', 'system', 'tool')),
    content             text not null,
    correlation_id      text,
    created_at          timestamptz default now(),
    tenant_id           integer default 1,
    meta                jsonb default '{}',
    channel_source      varchar(32) default 'whatsapp',
    external_user_id    varchar(128),
    assigned_seller_id  uuid references users (id),
    assigned_at         timestamptz
);
create index idx_chat_messages_tenant_from_created on chat_messages (tenant_id, from_number, created_at desc);

create table notifications (
    id                   varchar(255) primary key,
    tenant_id            integer references tenants (id),
    type                 varchar(100) not null,
    title                varchar(255) not null,
    message              text not null,
    priority             varchar(50) not null default 'medium' check (priority in ('low', 'medium', 'high', 'critical')),
    recipient_id         uuid not null references users (id) on delete cascade,
    sender_id            uuid,
    related_entity_type  varchar(100),
    related_entity_id    varchar(255),
    metadata             jsonb default '{}',
    read                 boolean default false,
    created_at           timestamptz default now(),
    expires_at           timestamptz
);
create index idx_notifications_recipient on notifications (recipient_id, created_at desc);

create table seller_metrics (
    id                            uuid primary key default gen_random_uuid(),
    seller_id                     uuid not null references users (id),
    tenant_id                     integer not null references tenants (id),
    metrics_calculated_at         timestamptz default now(),
    metrics_period_start          timestamptz,
    metrics_period_end            timestamptz,
    total_conversations           integer default 0,
    active_conversations          integer default 0,
    conversations_assigned_today  integer default 0,
    total_messages_sent           integer default 0,
    total_messages_received       integer default 0,
    avg_response_time_seconds     integer,
    leads_assigned                integer default 0,
    leads_converted               integer default 0,
    conversion_rate               numeric(5, 2) check (conversion_rate >= 0 and conversion_rate <= 100),
    prospects_generated           integer default 0,
    prospects_converted           integer default 0,
    total_chat_minutes            integer default 0,
    avg_session_duration_minutes  integer,
    last_activity_at              timestamptz,
    unique (seller_id, tenant_id, metrics_period_start)
);

-- Tables that no task reads.
create table assignment_rules (
    id          uuid primary key default gen_random_uuid(),
    tenant_id   integer not null references tenants (id) on delete cascade,
    rule_name   varchar(100) not null,
    rule_type   varchar(50) not null default 'round_robin',
    config      jsonb not null default '{}',
    is_active   boolean default true,
    created_at  timestamptz default now()
);

create table lead_notes (
    id          uuid primary key default gen_random_uuid(),
    lead_id     uuid not null references leads (id) on delete cascade,
    author_id   uuid references users (id) on delete set null,
    content     text not null,
    created_at  timestamptz default now()
);

create table system_events (
    id          bigserial primary key,
    event_type  text not null,
    severity    text default 'info',
    payload     jsonb default '{}',
    occurred_at timestamptz default now()
);
