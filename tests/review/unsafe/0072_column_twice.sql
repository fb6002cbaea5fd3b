-- finds: ban-duplicate-column-assignments, ban-duplicate-column-assignments
UPDATE runs SET state = 'a', state = 'b' WHERE id = 1;
