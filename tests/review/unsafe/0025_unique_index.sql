-- finds: require-concurrent-index-creation
CREATE UNIQUE INDEX accounts_by_email ON public.accounts (lower(email));
