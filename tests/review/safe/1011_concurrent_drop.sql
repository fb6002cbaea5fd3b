-- no-transaction
DROP INDEX CONCURRENTLY IF EXISTS runs_by_state;
