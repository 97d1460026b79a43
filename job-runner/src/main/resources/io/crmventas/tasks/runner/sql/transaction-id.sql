-- Returns the id of this transaction, or null when it has written nothing. If the answer to its commit is lost, the
-- id shows later whether the commit happened.
select pg_current_xact_id_if_assigned()::text as id
