//! Liaison: a self-hosted contacts server with a GraphQL API.
//!
//! The layers, each using only those after it: [`http`], [`engine`], [`graphql`], [`domain`], [`storage`], [`entity`].
//! `docs/architecture.md` is the map.

pub mod app;
pub mod background;
pub mod backup;
pub mod card;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod domain;
pub mod engine;
pub mod entity;
pub mod graphql;
pub mod http;
pub mod mail;
pub mod oidc;
mod origin;
pub mod outbound;
pub mod public_url;
mod quota;
pub mod resources;
pub mod storage;
pub mod telemetry;
pub mod throttle;
pub mod webhooks;
