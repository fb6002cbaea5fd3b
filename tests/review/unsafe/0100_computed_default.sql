-- finds: adding-field-with-default, adding-field-with-default, adding-field-with-default
ALTER TABLE runs ADD COLUMN a text DEFAULT lower(token());
ALTER TABLE runs ADD COLUMN b timestamptz DEFAULT now() + random() * interval '1 day';
ALTER TABLE runs ADD COLUMN c timestamptz DEFAULT clock_timestamp();
