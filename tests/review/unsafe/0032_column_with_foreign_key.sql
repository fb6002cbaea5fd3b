-- finds: adding-foreign-key-constraint
ALTER TABLE runs ADD COLUMN parent bigint REFERENCES runs (id);
