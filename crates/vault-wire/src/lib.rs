//! What even a server may know.
