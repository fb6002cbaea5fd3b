-- finds: rewrites-table, rewrites-table, prefer-bigint-over-smallint
ALTER TABLE runs ADD COLUMN number BIGSERIAL;
ALTER TABLE runs ADD COLUMN small smallserial, ADD COLUMN note text;
