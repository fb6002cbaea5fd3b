-- finds: full-table-update, full-table-delete, full-table-delete
UPDATE accounts SET seats = 1 WHERE true;
DELETE FROM runs WHERE 1 = 1;
DELETE FROM notes WHERE ('a' = 'a');
