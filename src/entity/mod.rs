//! The tables, one file each: columns and nothing else.

pub mod company;
pub mod contact;
pub mod interaction;
pub mod interaction_party;
pub mod membership;
pub mod status;
pub mod user;
