-- finds: not-read
CALL fill_seats(10);
