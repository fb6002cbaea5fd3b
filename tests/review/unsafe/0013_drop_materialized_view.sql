-- finds: ban-drop-view
DROP MATERIALIZED VIEW run_counts;
