-- finds: adding-field-with-default
ALTER TABLE runs ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
