CREATE TEMP TABLE doubled AS SELECT email FROM accounts;
CREATE TABLE pg_temp.tripled AS SELECT email FROM accounts;
DELETE FROM pg_temp.doubled;
DELETE FROM tripled;
DROP TABLE doubled, pg_temp.tripled;
