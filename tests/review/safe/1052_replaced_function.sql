DROP FUNCTION days_of(BIGINT, text);
CREATE FUNCTION days_of(account bigint, zone text DEFAULT 'UTC', OUT days integer) LANGUAGE sql AS 'SELECT 1';
ALTER TABLE app.runs DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (seats > 0) NOT VALID;
