//! Fixed randomness for tests.
