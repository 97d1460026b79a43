-- Settings of one transaction for a statement that reads many messages. JIT compilation costs more than it saves, and with
-- the default 4 MB PostgreSQL sorts the messages on disk and does not hash their conversations.
select set_config('jit', 'off', true), set_config('work_mem', greatest(setting::bigint, 65536)::text || 'kB', true)
from pg_settings where name = 'work_mem'
