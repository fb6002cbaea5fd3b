-- finds: require-concurrent-index-creation, ban-drop-column, full-table-update, constraint-missing-not-valid, data-and-schema-in-one-file
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
CREATE INDEX users_by_name ON users (name);
ALTER TABLE users DROP COLUMN name;
ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 0);
UPDATE users SET id = id + 1;
