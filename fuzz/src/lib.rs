//! Shared parts of the fuzz targets: a server that is asked without a socket, and checks of cards that were read.

pub mod cards;
pub mod server;
