//! The types that the API makes of a resource's description: fields of object types, inputs, filters and orders.

mod columns;
mod filter;
mod input;
mod order;

pub(crate) use columns::Columns;
pub(crate) use filter::Where;
pub(crate) use input::InputFields;
pub(crate) use order::Order;
