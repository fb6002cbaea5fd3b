-- finds: require-concurrent-reindex
REINDEX TABLE runs;
