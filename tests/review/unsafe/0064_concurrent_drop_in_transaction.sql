-- finds: cannot-run-in-transaction
DROP INDEX CONCURRENTLY runs_by_owner;
