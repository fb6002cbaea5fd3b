-- finds: cannot-run-in-transaction
VACUUM runs;
