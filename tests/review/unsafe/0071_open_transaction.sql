-- no-transaction
-- finds: ban-uncommitted-transaction, several-statements-without-transaction
BEGIN;
UPDATE runs SET note = '' WHERE id = 1;
