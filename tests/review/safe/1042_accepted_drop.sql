-- Nothing has read it since the release of May.
-- squawk-ignore ban-drop-column
ALTER TABLE runs DROP COLUMN old_note;
