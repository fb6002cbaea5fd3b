-- finds: ban-drop-function
DROP FUNCTION touch();
