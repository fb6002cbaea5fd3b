ALTER TABLE runs ADD COLUMN due timestamptz DEFAULT now() + interval '1 day';
ALTER TABLE runs ADD COLUMN by_whom text DEFAULT CURRENT_USER;
ALTER TABLE runs ADD COLUMN kind text DEFAULT lower('X');
ALTER TABLE runs ADD COLUMN day date NOT NULL DEFAULT (CURRENT_DATE - 1);
ALTER TABLE runs ADD COLUMN said jsonb DEFAULT jsonb_build_object('a', -1);
ALTER TABLE runs ADD COLUMN month text DEFAULT to_char(date_trunc('month', now() AT TIME ZONE 'UTC'), 'YYYY-MM');
