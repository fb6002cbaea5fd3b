-- finds: ban-drop-default
ALTER TABLE runs ALTER COLUMN state DROP DEFAULT;
