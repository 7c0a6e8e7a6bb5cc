//! Everything in the database that points at a contact is part of a merge.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{TestApp, both_databases};

/// The columns that refer to contacts, and what a merge does with their rows.
const HANDLED: &[(&str, &str)] = &[
    ("company_memberships.contact_id", "united by company (merging/memberships.rs)"),
    ("interactions.contact_id", "moved (interactions/moves.rs)"),
    ("interaction_parties.contact_id", "moved (interactions/moves.rs)"),
    ("duplicate_pairs.first_id", "gone with the absorbed contact, and found again when it comes back"),
    ("duplicate_pairs.second_id", "gone with the absorbed contact, and found again when it comes back"),
    ("duplicate_vetoes.first_id", "inherited by the survivor (duplicates/inherited_vetoes.rs)"),
    ("duplicate_vetoes.second_id", "inherited by the survivor (duplicates/inherited_vetoes.rs)"),
    ("contacts.merged_into", "passed on to the new survivor (merging/write.rs)"),
    // Triggers fill these from the lists of each contact.
    ("contact_emails.contact_id", "kept with the lists"),
    ("contact_phones.contact_id", "kept with the lists"),
    ("contact_tags.contact_id", "kept with the lists"),
    ("contacts_search.record_id", "kept with the name, on PostgreSQL"),
];

#[both_databases]
async fn every_foreign_key_to_contacts_is_handled(app: TestApp) {
    let found = app
        .texts(if app.config.is_sqlite() {
            "SELECT tables.name || '.' || keys.\"from\" FROM pragma_table_list AS tables \
             JOIN pragma_foreign_key_list(tables.name) AS keys WHERE keys.\"table\" = 'contacts'"
        } else {
            "SELECT CAST(conrelid AS regclass)::text || '.' || attname FROM pg_constraint \
             JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey) \
             WHERE contype = 'f' AND confrelid = 'contacts'::regclass"
        })
        .await;
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let handled: BTreeSet<&str> = HANDLED.iter().map(|(column, _)| *column).collect();
    let unknown: Vec<_> = found.difference(&handled).collect();
    assert!(
        unknown.is_empty(),
        "{unknown:?} refer to contacts, and no merge knows them. Decide what becomes of their rows when a contact is \
         merged into another, and when that is undone. Move them in src/domain/merging/write.rs (the undo finds the move \
         in the change feed), or let them stay with the absorbed contact. Then name them in HANDLED, with the decision."
    );
    let is_elsewhere = |column: &&&str| app.config.is_sqlite() && **column == "contacts_search.record_id";
    let gone: Vec<_> = handled.difference(&found).filter(|column| !is_elsewhere(column)).collect();
    assert!(gone.is_empty(), "{gone:?} refer to contacts no more: take them out of HANDLED");
}

#[both_databases]
async fn a_merge_costs_as_many_statements_however_many_are_absorbed(app: TestApp) {
    let mut costs = Vec::new();
    for count in [2, 20, 49] {
        let survivor = app.contact("Ann").await;
        let (mut absorbed, zoe) = (Vec::new(), app.contact("Zoe").await);
        for number in 0..count {
            let contact = app.contact_with(json!({ "name": "Ann", "email": format!("{number}@example.com") })).await;
            app.membership(&contact, &app.company("Acme").await).await;
            app.call(&contact, Some(&zoe), "2026-01-01T00:00:00Z").await;
            app.call(&zoe, Some(&contact), "2026-01-01T00:00:00Z").await;
            absorbed.push(contact);
        }
        let mutation = "mutation($survivor: ID!, $absorbed: [ID!]!, $dry: Boolean!) {
            mergeContacts(survivorId: $survivor, absorbedIds: $absorbed, dryRun: $dry) {
                batch { id } movedInteractionCount userErrors { code } } }";
        let mut variables = json!({ "survivor": survivor, "absorbed": absorbed, "dry": true });
        let dry = app.statements(mutation, variables.clone()).await;
        variables["dry"] = json!(false);
        let before = app.operator().db.statement_count();
        let merged = app.run(mutation, variables).await["mergeContacts"].clone();
        let merge = app.operator().db.statement_count() - before;
        assert_eq!((&merged["movedInteractionCount"], &merged["userErrors"]), (&json!(2 * count), &json!([])));
        let before = app.operator().db.statement_count();
        let undone = app.undo_merge(merged["batch"]["id"].as_str().unwrap()).await;
        assert_eq!(undone["batch"]["state"], "UNDONE");
        costs.push((dry, merge, app.operator().db.statement_count() - before));
    }
    let (dry, merge, undo) = costs[0];
    for (other_dry, other_merge, other_undo) in costs.clone() {
        assert_eq!((other_dry, other_merge), (dry, merge), "{costs:?}");
        // Changes are read by the hundred, and once more where a merge has more of them.
        assert!(other_undo <= undo + 2, "{costs:?}");
    }
    assert!(merge <= 22 && dry <= 5, "{costs:?}");
}
