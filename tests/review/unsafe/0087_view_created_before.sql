-- finds: ban-drop-view
CREATE OR REPLACE VIEW active AS SELECT 1 AS one;
DROP VIEW active;
