ALTER TABLE runs ALTER COLUMN token SET DEFAULT gen_random_uuid();
