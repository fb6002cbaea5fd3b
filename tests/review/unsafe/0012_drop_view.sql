-- finds: ban-drop-view
DROP VIEW active_accounts;
