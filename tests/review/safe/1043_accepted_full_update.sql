-- Ten rows.
-- squawk-ignore full-table-update
UPDATE plans SET currency = 'EUR';
