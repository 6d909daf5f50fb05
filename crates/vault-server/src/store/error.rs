//! What a statement or transaction fails with.

/// The database did not do what it was asked to. No error quotes a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is overloaded, the transaction lasted too long, or the server is stopping.
    #[error("the database does not answer in time")]
    Unavailable,
    /// Another transaction changed the same rows. [`Shard::run`](super::Shard::run) repeats the transaction.
    #[error("another transaction changed the same rows")]
    Conflict,
    /// A row with this key exists already.
    #[error("the row exists already")]
    Exists,
    /// The disk is full, or cannot be written.
    #[error("the disk is full or cannot be written")]
    Disk,
    /// The database or a value in it is damaged.
    #[error("the database is damaged")]
    Damaged,
    /// A newer program has changed the schema.
    #[error("the database has schema {0}, which this program does not know")]
    Newer(u32),
    /// The schema must be brought to the newest one first.
    #[error("the database has schema {0}; `coffer-server migrate` brings it to the newest one")]
    Older(u32),
    /// The file is no database, or the key is wrong.
    #[error("not a database, or the wrong key")]
    NotADatabase,
    /// The certificates of the authorities cannot be read that vouch for the database's.
    #[error("the certificates that vouch for the database's cannot be read")]
    Certificates,
    /// The role of the server may not do this in the database.
    #[error("the database's role may not do this")]
    Denied,
    /// A statement is refused: a defect of the program.
    #[error("the database refuses a statement: {0}")]
    Statement(String),
}
