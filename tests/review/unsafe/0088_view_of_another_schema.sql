-- finds: ban-drop-view
DROP VIEW app.active;
CREATE VIEW other.active AS SELECT 1 AS one;
