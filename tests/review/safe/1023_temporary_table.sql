CREATE TEMPORARY TABLE doubled AS SELECT email FROM accounts GROUP BY email HAVING count(*) > 1;
DELETE FROM doubled;
DROP TABLE doubled;
