-- finds: changing-column-type
ALTER TABLE runs ALTER COLUMN id TYPE bigint;
