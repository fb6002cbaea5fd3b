-- finds: renaming-table
ALTER TABLE accounts RENAME TO users;
