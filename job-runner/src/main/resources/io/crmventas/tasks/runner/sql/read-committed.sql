-- Begins a transaction whose statements each see what is committed when they begin. "read write" overrides a role's
-- default_transaction_read_only, and shows at once that a server is a standby.
set transaction isolation level read committed, read write
