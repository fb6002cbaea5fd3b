-- finds: full-table-update
UPDATE runs SET plan = accounts.plan FROM accounts;
