5_a.sql
CREATE TABEL a (
/* not closed