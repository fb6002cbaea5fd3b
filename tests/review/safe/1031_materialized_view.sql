CREATE MATERIALIZED VIEW run_counts AS SELECT owner, count(*) AS runs FROM runs GROUP BY owner;
CREATE UNIQUE INDEX run_counts_by_owner ON run_counts (owner);
REFRESH MATERIALIZED VIEW run_counts;
