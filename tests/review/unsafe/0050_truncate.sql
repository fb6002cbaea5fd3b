-- finds: full-table-delete
TRUNCATE sessions, session_events;
