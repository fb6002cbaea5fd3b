-- finds: ban-truncate-cascade
TRUNCATE accounts CASCADE;
