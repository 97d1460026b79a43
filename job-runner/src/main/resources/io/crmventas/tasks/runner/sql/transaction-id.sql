-- The id of this transaction, or null when it has written nothing. Should the answer to its commit be lost, the id tells
-- later whether the commit happened.
select pg_current_xact_id_if_assigned()::text as id
