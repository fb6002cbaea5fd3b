ALTER TABLE runs ADD COLUMN IF NOT EXISTS finished_at timestamptz;
