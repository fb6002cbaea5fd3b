-- finds: seed-and-schema-in-one-file
INSERT INTO plans (name) VALUES ('team');
ALTER TABLE accounts ADD COLUMN seats bigint;
