CREATE OR REPLACE FUNCTION forget_all() RETURNS void LANGUAGE sql AS $body$
    DELETE FROM sessions;
$body$;
