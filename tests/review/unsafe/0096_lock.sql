-- finds: explicit-lock, explicit-lock, explicit-lock
LOCK TABLE accounts;
LOCK runs IN ACCESS EXCLUSIVE MODE;
LOCK TABLE notes, runs IN SHARE ROW EXCLUSIVE MODE NOWAIT;
