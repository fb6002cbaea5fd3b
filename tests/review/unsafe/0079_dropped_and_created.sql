-- finds: ban-drop-table
DROP TABLE users;
CREATE TABLE users (id bigint PRIMARY KEY);
