COMMENT ON TABLE runs IS 'One row for each run; "state" says how far it is.';
GRANT SELECT ON runs, accounts TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;
