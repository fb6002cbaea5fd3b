DROP VIEW active_accounts;
CREATE VIEW active_accounts AS SELECT id, email, plan FROM accounts;
DROP MATERIALIZED VIEW run_counts;
CREATE MATERIALIZED VIEW run_counts AS SELECT owner, count(*) AS runs FROM runs GROUP BY owner;
DROP FUNCTION days_of(bigint);
CREATE FUNCTION days_of(account bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER TABLE runs DROP CONSTRAINT runs_parent_fkey;
ALTER TABLE runs ADD CONSTRAINT runs_parent_fkey
    FOREIGN KEY (parent) REFERENCES runs (id) ON DELETE SET NULL NOT VALID;
