-- finds: adding-required-field
ALTER TABLE runs ADD COLUMN owner bigint NOT NULL;
