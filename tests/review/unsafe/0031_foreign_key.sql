-- finds: adding-foreign-key-constraint
ALTER TABLE runs ADD CONSTRAINT runs_owner_fkey FOREIGN KEY (owner) REFERENCES accounts (id);
