-- no-transaction
-- finds: ban-drop-database
DROP DATABASE reports;
