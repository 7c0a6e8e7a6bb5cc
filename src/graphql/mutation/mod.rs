//! The mutations, one file per resource.
//!
//! Each calls one domain function, which is one transaction. The fields are nullable, so that one that breaks does not
//! wipe the results of the others in the request.

mod access;
mod companies;
mod contacts;
mod interactions;
mod memberships;
pub(crate) mod prepared;
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
            /// In a box: the future of every mutation is as large as that of the largest, and moved about as a whole.
            pub(super) fn settle<'a>(
                result: impl Future<Output = crate::domain::Result<$model>> + Send + 'a,
            ) -> futures_util::future::BoxFuture<'a, crate::graphql::error::Nullable<Self>> {
                use futures_util::FutureExt;
                let settled = result.map(|result| {
                    Some(crate::graphql::types::settle(result).map(|outcome| match outcome {
                        Ok(record) => Self { $field: Some($type(record)), user_errors: Vec::new() },
                        Err(user_errors) => Self { $field: None, user_errors },
                    }))
                });
                settled.boxed()
            }
        }
    };
}

use payload;
