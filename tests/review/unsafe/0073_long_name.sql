-- finds: identifier-too-long
ALTER TABLE runs ADD COLUMN a_name_that_is_so_long_that_postgresql_cuts_it_off_without_an_error text;
