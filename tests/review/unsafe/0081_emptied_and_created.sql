-- finds: full-table-delete, full-table-delete
DELETE FROM users;
TRUNCATE users;
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
