-- finds: constraint-missing-not-valid
ALTER TABLE accounts ADD COLUMN age int CHECK (age > 0);
