-- finds: ban-drop-column
ALTER TABLE accounts DROP COLUMN nickname;
