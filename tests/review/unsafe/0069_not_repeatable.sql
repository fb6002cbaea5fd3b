-- no-transaction
-- finds: prefer-robust-stmts
CREATE INDEX CONCURRENTLY runs_by_owner ON runs (owner);
