-- finds: unused-ignore, ban-drop-column
-- squawk-ignore ban-drop-colum
ALTER TABLE runs DROP COLUMN note;
