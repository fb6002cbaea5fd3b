-- finds: ban-drop-column
ALTER TYPE address DROP ATTRIBUTE floor;
