-- finds: renaming-object
ALTER TYPE run_state RENAME VALUE 'done' TO 'finished';
