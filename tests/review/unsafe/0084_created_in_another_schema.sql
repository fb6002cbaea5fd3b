-- finds: ban-drop-column, full-table-update, require-concurrent-index-creation, data-and-schema-in-one-file
CREATE TABLE audit.users (id bigint PRIMARY KEY);
ALTER TABLE public.users DROP COLUMN name;
UPDATE public.users SET id = id + 1;
CREATE INDEX users_by_name ON users (name);
