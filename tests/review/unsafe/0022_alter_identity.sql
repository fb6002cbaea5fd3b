-- finds: ban-alter-identity
ALTER TABLE runs ALTER COLUMN id SET GENERATED ALWAYS;
