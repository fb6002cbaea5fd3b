CREATE FUNCTION reset_plans() RETURNS void LANGUAGE sql
BEGIN ATOMIC
    UPDATE accounts SET plan = 'free';
END;
