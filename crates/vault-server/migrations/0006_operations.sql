-- What the operator of a server sets and checks.

-- The storage that an account may use, if it is not the server's limit.
CREATE TABLE account_quota (
    account_id BYTEA  NOT NULL,
    bytes      BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);

-- A registration with a known password, made by the server itself: it opens with the secrets under which the accounts are
-- registered, and with no others.
CREATE TABLE registration_check (
    name   TEXT  NOT NULL,
    record BYTEA NOT NULL,
    PRIMARY KEY (name)
);
