-- finds: ban-drop-schema
DROP SCHEMA billing CASCADE;
