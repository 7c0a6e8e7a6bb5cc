//! Mutations.

use std::time::SystemTime;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use sea_orm::{ActiveModelTrait, DatabaseConnection, EntityTrait, Set, prelude::Uuid};

use crate::entity::contact;

pub(crate) struct Mutation;

#[derive(InputObject)]
struct UpdateContactInput {
    phone: Option<String>,
}

#[derive(SimpleObject)]
struct ContactPayload {
    contact: Option<contact::Model>,
    user_errors: Vec<UserError>,
}

#[derive(SimpleObject)]
struct UserError {
    code: &'static str,
}

#[Object]
impl Mutation {
    async fn update_contact(&self, ctx: &Context<'_>, id: ID, input: UpdateContactInput) -> Result<ContactPayload> {
        let db = ctx.data::<DatabaseConnection>()?;
        let Some(found) = contact::Entity::find_by_id(id.parse::<Uuid>()?).one(db).await? else {
            return Ok(ContactPayload { contact: None, user_errors: vec![UserError { code: "NOT_FOUND" }] });
        };
        let version = found.version;
        let mut contact: contact::ActiveModel = found.into();
        contact.phone_key = Set(input.phone.clone());
        contact.phone = Set(input.phone);
        contact.version = Set(version + 1);
        contact.updated_at = Set(SystemTime::now().into());
        Ok(ContactPayload { contact: Some(contact.update(db).await?), user_errors: Vec::new() })
    }
}
