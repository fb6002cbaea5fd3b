-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_by_state ON runs (state);
