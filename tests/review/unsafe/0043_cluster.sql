-- finds: rewrites-table
CLUSTER runs USING runs_by_owner;
