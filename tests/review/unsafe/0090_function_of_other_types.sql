-- finds: ban-drop-function
DROP FUNCTION days_of(bigint);
CREATE FUNCTION days_of(account uuid) RETURNS integer LANGUAGE sql AS 'SELECT 1';
