-- no-transaction
-- The constraint follows in the next migration.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS accounts_handle_key ON accounts (handle);
