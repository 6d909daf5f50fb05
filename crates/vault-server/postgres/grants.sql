-- The rights of the runtime role. Runs after each migration, by itself.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO coffer_runtime;

-- The audit grows; of what is in it, only the addresses can be erased, which its hashes do not cover.
REVOKE UPDATE, DELETE ON audit FROM coffer_runtime;
GRANT UPDATE (address) ON audit TO coffer_runtime;

-- The schema is what it is.
REVOKE INSERT, UPDATE, DELETE ON schema_version FROM coffer_runtime;
