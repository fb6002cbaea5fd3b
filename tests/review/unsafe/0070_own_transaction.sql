-- finds: transaction-nesting, transaction-nesting
BEGIN;
ALTER TABLE runs ADD COLUMN note text;
COMMIT;
