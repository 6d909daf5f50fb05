-- Accounts, sign-in, devices and sessions.

-- An account and all that belongs to its present password.
CREATE TABLE account (
    account_id  BYTEA  NOT NULL,
    login       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    locked      BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    kdf_m_kib   BIGINT NOT NULL,
    kdf_t       BIGINT NOT NULL,
    kdf_p       BIGINT NOT NULL,
    record      BYTEA  NOT NULL,
    keyset      BYTEA  NOT NULL,
    root_box    BYTEA  NOT NULL,
    certificate BYTEA  NOT NULL,
    statement   BYTEA  NOT NULL,
    PRIMARY KEY (account_id)
);

-- A registration that takes effect after a time: its statement, which covers the other parts.
CREATE TABLE pending_reenrol (
    account_id   BYTEA  NOT NULL,
    statement    BYTEA  NOT NULL,
    effective_at BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);

-- Registrations of an account that must not be stored any more: their reservation of a login or code was given to others.
CREATE TABLE refused_attempt (
    account_id BYTEA NOT NULL,
    attempt    BYTEA NOT NULL,
    PRIMARY KEY (account_id, attempt)
);

-- The box that the recovery code opens. Without a code, box and code_pk are null.
CREATE TABLE code_box (
    account_id BYTEA  NOT NULL,
    number     BIGINT NOT NULL,
    statement  BYTEA  NOT NULL,
    code_pk    BYTEA,
    box        BYTEA,
    PRIMARY KEY (account_id)
);

-- A device. A revoked one stays, with the statement.
CREATE TABLE device (
    account_id BYTEA  NOT NULL,
    device_id  BYTEA  NOT NULL,
    device     BYTEA  NOT NULL,
    label      BYTEA,
    added_at   BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    revocation BYTEA,
    PRIMARY KEY (account_id, device_id)
);

-- A login session. `signed_in_at` is the last sign-in with password or code; `method` is how: 1 password, 2 recovery code.
-- `refresh_hash` is that of the refresh token in use, `next_hash` that of its successor.
CREATE TABLE session (
    account_id   BYTEA  NOT NULL,
    session_id   BYTEA  NOT NULL,
    device_id    BYTEA  NOT NULL,
    begun_at     BIGINT NOT NULL,
    used_at      BIGINT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    method       BIGINT NOT NULL,
    factor       BIGINT NOT NULL,
    refresh_hash BYTEA  NOT NULL,
    next_hash    BYTEA  NOT NULL,
    PRIMARY KEY (account_id, session_id)
);

-- The second factor: its sealed secret, and the last time step whose code was used.
CREATE TABLE totp (
    account_id BYTEA  NOT NULL,
    secret     BYTEA  NOT NULL,
    used_step  BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);

-- A new secret that waits for its first code. The factor before it stays in force.
CREATE TABLE totp_offer (
    account_id BYTEA  NOT NULL,
    secret     BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id)
);

-- Hashes of unused recovery codes.
CREATE TABLE recovery_code (
    account_id BYTEA NOT NULL,
    code_hash  BYTEA NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);

-- Failed sign-ins: `scope` is a known device, or 32 zero bytes for all others. Has rows for accounts that do not exist, too.
CREATE TABLE sign_in_delay (
    account_id BYTEA  NOT NULL,
    scope      BYTEA  NOT NULL,
    failures   BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, scope)
);

-- Sign-in states that were used.
CREATE TABLE spent_state (
    account_id BYTEA  NOT NULL,
    state_id   BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, state_id)
);

-- What happened, chained by hashes.
CREATE TABLE audit (
    account_id BYTEA  NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    actor      BYTEA,
    device     BYTEA,
    vault      BYTEA,
    address    TEXT,
    hash       BYTEA  NOT NULL,
    PRIMARY KEY (account_id, seq)
);

-- A login name: reserved by an attempt to register until a time. The account's own shard says whether it has the name.
CREATE TABLE login (
    login_hash BYTEA  NOT NULL,
    account_id BYTEA  NOT NULL,
    attempt    BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (login_hash)
);

-- A sign-up code: issued, reserved by an attempt (account_id, attempt and reserved_until are set), then deleted.
CREATE TABLE sign_up_code (
    login_hash     BYTEA  NOT NULL,
    login          TEXT,
    expires_at     BIGINT NOT NULL,
    account_id     BYTEA,
    attempt        BYTEA,
    reserved_until BIGINT,
    PRIMARY KEY (login_hash)
);
