-- What metrics-refresh remembers of the CRM's messages, so that a run reads again only what changed. All of it can be
-- thrown away at any time: the next run reads everything once and fills it anew.

-- One row for each conversation that has a message row. Its figures are those of the instant when it was last read.
create table conversations (
    tenant_id      integer     not null,
    from_number    text        not null,
    -- Message rows that were settled, that is, older than every transaction then in progress.
    settled_rows   bigint      not null,
    -- When time alone changes the figures: the first of the stamps that lay in the future.
    next_at        timestamptz,
    seller_id      uuid,
    assigned_at    timestamptz,
    newest_at      timestamptz,
    newest_sent_at timestamptz,
    -- The local day that the following are of; null for a tenant that does not exist.
    day_start      timestamptz,
    first_today_at timestamptz,
    sent           bigint      not null,
    received       bigint      not null,
    answers        bigint      not null,
    answer_micros  numeric     not null,
    -- The oldest message that one of these answers is timed from.
    waiting_since  timestamptz,
    primary key (tenant_id, from_number)
);

-- One row: what was read, by which formula, and how far.
create table conversations_read (
    only_row          boolean primary key default true check (only_row),
    formula           integer not null,
    answer_window     interval not null,
    -- Transaction numbers mean nothing on another server or in another table.
    system_identifier bigint  not null,
    messages          oid     not null,
    -- The oldest transaction then in progress: whatever is older was seen.
    horizon           xid8    not null,
    -- Settled rows in the whole table of messages, and those that the rows above account for.
    settled_rows      bigint  not null,
    remembered_rows   bigint  not null,
    read_at           timestamptz not null
);
