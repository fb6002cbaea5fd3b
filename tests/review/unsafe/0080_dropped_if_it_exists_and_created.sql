-- finds: ban-drop-table
DROP TABLE IF EXISTS users CASCADE;
CREATE TABLE users (id bigint PRIMARY KEY);
