-- finds: ban-concurrent-index-creation-in-transaction
CREATE INDEX CONCURRENTLY runs_by_owner ON runs (owner);
