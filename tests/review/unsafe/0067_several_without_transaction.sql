-- no-transaction
-- finds: several-statements-without-transaction
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS runs_by_owner ON runs (owner);
