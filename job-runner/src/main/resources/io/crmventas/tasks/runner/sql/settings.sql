-- The settings of one transaction of the runner. All of them end with the transaction, so that nothing of a run stays on
-- a session that a pooler gives to the CRM next.
-- Settings of the database or the role must change neither a result nor the time limit of a statement.
-- row_security = off turns rows that a policy would hide into an error: a figure over the visible rows would be wrong.
-- pg_temp goes to the end of the search path: otherwise a temporary table that another client left on a pooled session would
-- stand in for the CRM's.
-- transaction_timeout exists since PostgreSQL 17.
-- A database in SQL_ASCII may hold bytes that are not UTF-8. In LATIN1 every byte is a character, so none is refused.
\set timeLimit 300000
\set lockLimit 30000
select
  set_config('statement_timeout', :timeLimit::text, true),
  set_config('idle_in_transaction_session_timeout', :timeLimit::text, true),
  set_config('lock_timeout', :lockLimit::text, true),
  set_config('row_security', 'off', true),
  set_config('TimeZone', 'UTC', true),
  set_config('array_nulls', 'on', true),
  set_config('client_encoding',
    case when getdatabaseencoding() = 'SQL_ASCII' then 'LATIN1' else current_setting('client_encoding') end, true),
  set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), 'pg_temp'), true),
  case when current_setting('server_version_num')::int >= 170000 then set_config('transaction_timeout', '0', true) end
