-- The salts of network addresses in the audit, each for a period. Without its salt, an address cannot be found from its text.
CREATE TABLE audit_salt (
    account_id BYTEA  NOT NULL,
    period     BIGINT NOT NULL,
    salt       BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, period)
);
