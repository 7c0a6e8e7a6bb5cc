//! The tables that are described as data, and their columns by name.

use std::str::FromStr;

use sea_orm::{EntityTrait, IntoActiveModel};

use crate::{
    entity::{company, contact, interaction, membership, user},
    resources::{self, Resource},
};

/// A table whose records are described as data.
pub trait Described: EntityTrait<Model: IntoActiveModel<Self::ActiveModel> + Send + Sync> {
    /// The description.
    const RESOURCE: &'static Resource;
}

impl Described for contact::Entity {
    const RESOURCE: &'static Resource = &resources::CONTACT;
}

impl Described for company::Entity {
    const RESOURCE: &'static Resource = &resources::COMPANY;
}

impl Described for membership::Entity {
    const RESOURCE: &'static Resource = &resources::MEMBERSHIP;
}

impl Described for interaction::Entity {
    const RESOURCE: &'static Resource = &resources::INTERACTION;
}

impl Described for user::Entity {
    const RESOURCE: &'static Resource = &resources::USER;
}

/// The column of that name; every described name is one.
pub(crate) fn column<E: EntityTrait>(name: &str) -> Option<E::Column> {
    E::Column::from_str(name).ok()
}
