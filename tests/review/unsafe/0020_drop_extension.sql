-- finds: ban-drop-extension
DROP EXTENSION hstore;
