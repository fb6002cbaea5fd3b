-- no-transaction
REINDEX INDEX CONCURRENTLY runs_by_owner;
