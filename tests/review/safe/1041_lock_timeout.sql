SET LOCAL lock_timeout = '5s';
ALTER TABLE runs ADD COLUMN priority bigint;
