-- finds: full-table-delete, ban-drop-table, data-and-schema-in-one-file
CREATE TEMP TABLE users AS SELECT * FROM public.users;
DELETE FROM public.users;
DROP TABLE public.users;
