CREATE TABLE IF NOT EXISTS labels (
    id bigserial PRIMARY KEY,
    name text NOT NULL
);
CREATE INDEX IF NOT EXISTS labels_by_name ON labels (name);
