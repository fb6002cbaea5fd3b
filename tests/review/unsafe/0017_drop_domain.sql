-- finds: ban-drop-domain
DROP DOMAIN email;
