-- finds: ban-drop-not-null
ALTER TABLE runs ALTER COLUMN owner DROP NOT NULL;
