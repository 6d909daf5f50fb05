//! The use-cases on a real profile: real files, real SQLCipher, real threads.

mod documents;
mod imports;
mod items;
mod profiles;
mod support;
