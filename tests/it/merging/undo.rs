//! Taking merges back.

use serde_json::json;

use super::two_cards;
use crate::support::{TestApp, both_databases, tables::difference};

#[both_databases]
async fn a_merge_that_is_taken_back_leaves_no_trace(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let (acme, bolt) = (app.company("Acme").await, app.company("Bolt").await);
    for (contact, company) in [(&ann, &acme), (&other, &bolt), (&other, &acme)] {
        app.membership(contact, company).await;
    }
    app.connect(&other, "ann@example.com").await;
    let zoe = app.contact("Zoe").await;
    app.call(&other, Some(&ann), "2026-01-02T00:00:00Z").await;
    app.call(&zoe, Some(&other), "2026-02-03T00:00:00Z").await;
    let before = app.whole_database().await;
    let batch = app.merge(&ann, &[&other]).await;
    assert_ne!(app.whole_database().await, before);
    let undone = app.undo_merge(&batch).await;
    assert_eq!(undone["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }));
    assert_eq!(difference(&before, &app.whole_database().await), [""; 0]);
}
