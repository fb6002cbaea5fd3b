-- squawk-ignore-file seed-and-schema-in-one-file, require-concurrent-index-creation
CREATE INDEX plans_by_currency ON plans (currency);
INSERT INTO plans (name, currency) VALUES ('trial', 'EUR');
