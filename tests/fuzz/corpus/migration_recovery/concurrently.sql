7_add_index.sql
-- no-transaction
CREATE INDEX CONCURRENTLY i ON app.a (b);
