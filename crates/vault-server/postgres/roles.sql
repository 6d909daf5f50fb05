-- Two roles: `coffer_migration` owns the schema, `coffer_runtime` serves. Run once, in the server's empty database, as a role
-- that may create roles. Then give each a way to sign in, such as ALTER ROLE coffer_runtime LOGIN PASSWORD '…'.
CREATE ROLE coffer_migration NOLOGIN;
CREATE ROLE coffer_runtime NOLOGIN;

-- Nobody else makes tables here, and the runtime role none at all.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO coffer_migration;
GRANT USAGE ON SCHEMA public TO coffer_runtime;
