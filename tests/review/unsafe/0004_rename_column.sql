-- finds: renaming-column
ALTER TABLE accounts RENAME COLUMN mail TO email;
