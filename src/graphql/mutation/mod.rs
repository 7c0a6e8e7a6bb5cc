//! The mutations, one file per resource.
//!
//! Each calls one domain function, which is one transaction. The fields are nullable, so that one that breaks does not
//! wipe the results of the others in the request.

mod access;
mod companies;
mod contacts;
mod interactions;
mod memberships;
mod users;

use async_graphql::MergedObject;

/// What can be written.
#[derive(MergedObject, Default)]
pub struct Mutation(
    contacts::ContactMutation,
    memberships::MembershipMutation,
    users::UserMutation,
    companies::CompanyMutation,
    interactions::InteractionMutation,
    access::AccessMutation,
);

/// Defines a payload of one nullable record and the user's errors, with its way from a domain result.
macro_rules! payload {
    ($(#[$doc:meta])* $payload:ident { $(#[$field_doc:meta])* $field:ident: $type:ident($model:ty) }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $payload {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Why it was not done; empty when it was.
            user_errors: Vec<crate::graphql::types::UserError>,
        }

        impl $payload {
            pub(super) fn settle(
                result: crate::domain::Result<$model>,
            ) -> crate::graphql::error::Nullable<Self> {
                Some(crate::graphql::types::settle(result).map(|outcome| match outcome {
                    Ok(record) => Self { $field: Some($type(record)), user_errors: Vec::new() },
                    Err(user_errors) => Self { $field: None, user_errors },
                }))
            }
        }
    };
}

use payload;
