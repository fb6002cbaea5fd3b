-- finds: ban-set-schema
ALTER TABLE invoices SET SCHEMA billing;
