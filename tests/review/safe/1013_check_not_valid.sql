ALTER TABLE runs ADD CONSTRAINT runs_state_known CHECK (state <> '') NOT VALID;
