-- The first tables.
CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'team')),
    logins integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}'::jsonb,
    started_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX runs_by_owner ON runs (owner, started_at DESC);
CREATE UNIQUE INDEX accounts_by_email ON accounts (lower(email));
