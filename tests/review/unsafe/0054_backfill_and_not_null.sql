-- finds: data-and-schema-in-one-file, full-table-update, adding-not-nullable-field
ALTER TABLE accounts ADD COLUMN plan text;
UPDATE accounts SET plan = 'free';
ALTER TABLE accounts ALTER COLUMN plan SET NOT NULL;
