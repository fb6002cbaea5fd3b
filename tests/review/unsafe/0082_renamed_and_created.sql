-- finds: renaming-table
ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (id bigint PRIMARY KEY);
