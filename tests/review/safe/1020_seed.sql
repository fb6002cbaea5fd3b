INSERT INTO plans (name, seats) VALUES ('free', 1), ('team', 10)
ON CONFLICT (name) DO UPDATE SET seats = EXCLUDED.seats;
