-- finds: adding-serial-primary-key-field
ALTER TABLE audit ADD PRIMARY KEY (id);
