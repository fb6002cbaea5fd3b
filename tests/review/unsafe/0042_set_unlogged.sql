-- finds: rewrites-table
ALTER TABLE events SET UNLOGGED;
