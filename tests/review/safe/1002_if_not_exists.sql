CREATE TABLE IF NOT EXISTS labels (
    id bigserial PRIMARY KEY,
    name text NOT NULL
);
