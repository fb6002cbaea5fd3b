-- finds: require-concurrent-index-creation, disallowed-unique-constraint, adding-foreign-key-constraint
CREATE INDEX users_by_name ON users (name);
ALTER TABLE users ADD CONSTRAINT users_name UNIQUE (name);
ALTER TABLE users ADD CONSTRAINT users_owner FOREIGN KEY (owner) REFERENCES accounts (id);
CREATE TABLE users (id bigint PRIMARY KEY);
