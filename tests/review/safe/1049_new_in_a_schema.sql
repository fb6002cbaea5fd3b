CREATE TABLE audit.users (id bigint PRIMARY KEY, name text);
CREATE TABLE users (id bigint PRIMARY KEY, name text);
ALTER TABLE audit.users DROP COLUMN name;
UPDATE users SET id = id + 1;
CREATE INDEX ON audit.users (id);
