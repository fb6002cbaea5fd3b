-- no-transaction
-- finds: rewrites-table
VACUUM (FULL, ANALYZE) runs;
