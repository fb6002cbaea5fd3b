ALTER TABLE accounts ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
