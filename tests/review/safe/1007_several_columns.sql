ALTER TABLE accounts
    ADD COLUMN locale text,
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';
