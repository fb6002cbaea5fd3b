-- finds: syntax-error
ALTER TABLE runs ADD COLUM note text; SELEC 1;
