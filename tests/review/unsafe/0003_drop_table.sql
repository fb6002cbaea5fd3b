-- finds: ban-drop-table
DROP TABLE sessions;
