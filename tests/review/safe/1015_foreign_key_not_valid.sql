ALTER TABLE runs ADD COLUMN parent uuid;
ALTER TABLE runs ADD CONSTRAINT runs_parent_fkey FOREIGN KEY (parent) REFERENCES runs (id) NOT VALID;
