-- Begins a transaction whose statements all see the database as of one moment. "read write" overrides a role's
-- default_transaction_read_only, and shows at once that a server is a standby.
set transaction isolation level repeatable read, read write
