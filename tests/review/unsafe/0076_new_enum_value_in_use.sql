-- finds: new-enum-value-in-use
ALTER TYPE run_state ADD VALUE IF NOT EXISTS 'cancelled';
UPDATE runs SET state = 'cancelled' WHERE finished_at IS NULL AND owner IS NULL;
