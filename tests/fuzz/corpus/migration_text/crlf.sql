-- no-transaction
CREATE INDEX CONCURRENTLY "é ü" ON "T" (lower(a));
/* squawk-ignore-file a, ban-drop-column */ DROP TABLE "é";