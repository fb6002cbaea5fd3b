-- finds: ban-drop-view
DROP VIEW active CASCADE;
CREATE VIEW active AS SELECT 1 AS one;
