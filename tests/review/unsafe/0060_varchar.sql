-- finds: prefer-text-field
CREATE TABLE notes (id bigint PRIMARY KEY, title varchar(80) NOT NULL);
