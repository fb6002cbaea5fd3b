CREATE OR REPLACE VIEW active_accounts AS
    SELECT id, email FROM accounts WHERE seen_at > now() - interval '30 days';
