-- finds: prefer-timestamp-tz
CREATE TABLE notes (id bigint PRIMARY KEY, written_at timestamp NOT NULL);
