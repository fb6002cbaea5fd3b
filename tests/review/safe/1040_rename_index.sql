ALTER INDEX runs_by_owner RENAME TO runs_owner_started;
