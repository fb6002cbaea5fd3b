CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE TABLE days (
    day date PRIMARY KEY,
    mood mood NOT NULL DEFAULT 'busy'
);
ALTER TYPE run_state ADD VALUE IF NOT EXISTS 'paused';
INSERT INTO plans (name) VALUES ('cancelled');
