//! The importers against hand-written files and against everything else.

mod bitwarden_csv;
mod bitwarden_json;
mod browsers;
mod hostile;
mod identical;
mod nothing_lost;
mod support;
