CREATE TABLE plans (
    name text PRIMARY KEY,
    seats bigint
);
INSERT INTO plans (name) VALUES ('free'), ('team');
UPDATE plans SET seats = 1;
ALTER TABLE plans ALTER COLUMN seats SET NOT NULL;
ALTER TABLE plans ADD CONSTRAINT seats_positive CHECK (seats > 0);
