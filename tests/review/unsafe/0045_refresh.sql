-- finds: refresh-without-concurrently
REFRESH MATERIALIZED VIEW run_counts;
