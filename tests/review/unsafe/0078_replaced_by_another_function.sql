-- finds: ban-drop-function
DROP FUNCTION days_of(bigint);
CREATE FUNCTION days_of(account bigint, since date) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
