-- The rights of the runtime role. Runs after each migration, by itself.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO coffer_runtime;

-- The audit only grows.
REVOKE UPDATE, DELETE ON audit FROM coffer_runtime;

-- The schema is what it is.
REVOKE INSERT, UPDATE, DELETE ON schema_version FROM coffer_runtime;
