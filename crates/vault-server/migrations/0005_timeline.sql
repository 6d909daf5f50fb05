-- The timeline on which the database was last seen, of those that have one.
CREATE TABLE database_timeline (
    name     TEXT   NOT NULL,
    system   BIGINT NOT NULL,
    timeline BIGINT NOT NULL,
    PRIMARY KEY (name)
);
