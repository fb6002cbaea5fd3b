-- finds: adding-field-with-default
ALTER TABLE runs ADD COLUMN seconds bigint GENERATED ALWAYS AS (finished - started) STORED;
