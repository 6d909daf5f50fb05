-- The approval of a new device: its sealed request with the device that put it, and the sealed answer to it.
CREATE TABLE approval (
    account_id  BYTEA  NOT NULL,
    approval_id BYTEA  NOT NULL,
    expires_at  BIGINT NOT NULL,
    device_id   BYTEA,
    request     BYTEA,
    answer      BYTEA,
    PRIMARY KEY (account_id)
);
