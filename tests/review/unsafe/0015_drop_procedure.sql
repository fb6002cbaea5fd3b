-- finds: ban-drop-function
DROP PROCEDURE archive(bigint);
