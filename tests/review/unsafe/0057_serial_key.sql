-- finds: prefer-bigint-over-int
CREATE TABLE notes (id serial, body text NOT NULL);
