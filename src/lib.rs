//! Liaison: a self-hosted contacts server with a GraphQL API.
//!
//! The layers, each using only those after it: [`http`], [`graphql`], [`domain`], [`entity`], the database.
//! `docs/architecture.md` is the map.

pub mod app;
pub mod background;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod entity;
pub mod graphql;
pub mod http;
pub mod mail;
pub mod public_url;
pub mod storage;
pub mod throttle;
