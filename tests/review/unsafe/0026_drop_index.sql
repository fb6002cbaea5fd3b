-- finds: require-concurrent-index-deletion
DROP INDEX runs_by_owner;
