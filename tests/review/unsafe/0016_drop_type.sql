-- finds: ban-drop-type
DROP TYPE run_state;
