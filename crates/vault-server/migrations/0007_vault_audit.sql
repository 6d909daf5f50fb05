-- Events of vaults in the audits of accounts.

-- What the audit of an account has yet to learn of a vault. `number` is twice the number of the entry, and one more if the
-- event is that it was sent again.
CREATE TABLE audit_news (
    vault_id   BYTEA  NOT NULL,
    account_id BYTEA  NOT NULL,
    number     BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    actor      BYTEA  NOT NULL,
    device     BYTEA,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (vault_id, account_id, number)
);

-- The `number` of the last event of the vault that the account's audit has.
ALTER TABLE vault_list ADD COLUMN audit_number BIGINT NOT NULL DEFAULT 0;
