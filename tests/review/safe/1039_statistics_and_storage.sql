ALTER TABLE runs ALTER COLUMN state SET STATISTICS 500;
ALTER TABLE runs SET (autovacuum_vacuum_scale_factor = 0.02);
ANALYZE runs;
