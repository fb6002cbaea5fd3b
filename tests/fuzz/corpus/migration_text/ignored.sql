-- squawk-ignore-file
WITH x AS (DELETE FROM é RETURNING *) UPDATE t SET (a, b) = (SELECT 1, 2); TRUNCATE a CASCADE; -- squawk-ignore full-table-update, x