-- finds: ban-drop-view
DROP VIEW active_accounts, old_accounts;
CREATE VIEW active_accounts AS SELECT id, email, plan FROM accounts;
