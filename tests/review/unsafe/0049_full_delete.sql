-- finds: full-table-delete
DELETE FROM sessions;
