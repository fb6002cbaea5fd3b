CREATE TYPE run_state AS ENUM ('queued', 'running', 'done');
