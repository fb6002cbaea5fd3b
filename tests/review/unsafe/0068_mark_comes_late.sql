-- finds: no-transaction-not-first, ban-concurrent-index-creation-in-transaction
-- An index for the page of an owner's runs.
-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_by_owner ON runs (owner);
