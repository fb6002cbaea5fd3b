CREATE TABLE users_new (id bigint PRIMARY KEY, name text);
ALTER TABLE users_new RENAME TO people;
CREATE INDEX people_by_name ON people (name);
UPDATE people SET id = id + 1;
