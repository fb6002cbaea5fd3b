-- finds: data-and-schema-in-one-file
INSERT INTO plans (name) VALUES ('team');
INSERT INTO plans (name) SELECT plan FROM accounts;
ALTER TABLE accounts ADD COLUMN seats bigint;
