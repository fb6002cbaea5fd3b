-- finds: ban-concurrent-index-creation-in-transaction
ALTER TABLE runs ADD COLUMN owner bigint;
CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_by_owner ON runs (owner);
