-- finds: adding-not-nullable-field
ALTER TABLE runs ALTER COLUMN owner SET NOT NULL;
