-- finds: constraint-missing-not-valid
ALTER TABLE runs ADD CONSTRAINT runs_state_known CHECK (state <> '');
