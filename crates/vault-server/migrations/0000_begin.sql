-- What a migration needs. Runs before the first step, on every start.

-- The version of the schema.
CREATE TABLE IF NOT EXISTS schema_version (
    name    TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

-- Work that one node at a time does, until a time.
CREATE TABLE IF NOT EXISTS lease (
    name   TEXT   NOT NULL PRIMARY KEY,
    holder BYTEA  NOT NULL,
    until  BIGINT NOT NULL
);
