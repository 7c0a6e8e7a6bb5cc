//! The mutation that clients repeat most, for a selection that is planned already.

use std::sync::Arc;

use async_graphql::ID;

use crate::{
    domain,
    graphql::{
        context::RequestState,
        direct::{
            Plan,
            prepared::{Arguments, Unanswered},
        },
        input::ContactInput,
    },
};

pub(crate) async fn update_contact(
    state: &RequestState,
    arguments: &Arguments<'_>,
    plan: &Arc<Plan>,
) -> Result<Vec<u8>, Unanswered> {
    let refused = Unanswered::refused;
    let id: ID = arguments.get("id").map_err(refused)?;
    let input: ContactInput = arguments.get("input").map_err(refused)?;
    let expected_version = arguments.get("expectedVersion").map_err(refused)?;
    match plan.update_contact(state, &id, input.into(), expected_version).await {
        Ok(payload) => Ok(payload),
        // Nothing was written, so that it can be tried again.
        Err(domain::Error::Rejected(_)) => Err(Unanswered::LeftToLibrary),
        // It may have been written.
        Err(error) => Err(Unanswered::Failed(error.into())),
    }
}
