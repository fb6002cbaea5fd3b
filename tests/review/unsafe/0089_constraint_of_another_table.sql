-- finds: ban-drop-constraint
ALTER TABLE runs DROP CONSTRAINT positive;
ALTER TABLE accounts ADD CONSTRAINT positive CHECK (seats > 0) NOT VALID;
