-7_it's $recover$ a\b; DROP TABLE a; -- % $recover1$.sql
ALTER TYPE mood ADD VALUE 'x';
