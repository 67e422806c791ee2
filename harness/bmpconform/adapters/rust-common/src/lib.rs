//! What the adapters in Rust have in common: the adapter protocol and the neutral form, both version 1.

pub mod hex;
pub mod neutral;
pub mod panics;
pub mod protocol;
