-- finds: full-table-update
WITH moved AS (
    UPDATE runs SET state = 'old' RETURNING id
)
SELECT count(*) FROM moved;
