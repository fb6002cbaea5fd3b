-- finds: require-concurrent-index-creation
CREATE INDEX runs_by_owner ON runs (owner);
