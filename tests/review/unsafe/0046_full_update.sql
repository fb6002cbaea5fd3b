-- finds: full-table-update
UPDATE accounts SET plan = 'free';
