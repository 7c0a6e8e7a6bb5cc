//! The part of Liaison's schema that the workloads use.

mod mutation;
mod query;
mod types;

pub(crate) use mutation::Mutation;
pub(crate) use query::Query;
