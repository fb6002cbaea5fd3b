-- finds: ban-drop-constraint
ALTER TABLE runs DROP CONSTRAINT runs_owner_fkey;
