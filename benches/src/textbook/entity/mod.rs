//! The tables, with the columns that the workloads need.

#![expect(unreachable_pub, reason = "sea-orm's macros make public types, which name these")]

pub(crate) mod company;
pub(crate) mod contact;
pub(crate) mod membership;
pub(crate) mod status;
pub(crate) mod user;
