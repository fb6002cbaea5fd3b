ALTER TYPE run_state ADD VALUE IF NOT EXISTS 'cancelled';
