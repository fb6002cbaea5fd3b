20260101000001_create_runs.sql
CREATE TABLE runs (id bigint);
CREATE INDEX i ON runs (id);
ALTER TABLE accounts ADD COLUMN a int, ADD CONSTRAINT c CHECK (a > 0);
UPDATE accounts SET a = 1;
