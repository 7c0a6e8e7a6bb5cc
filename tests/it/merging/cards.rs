//! Properties of imported cards that have no field.

use liaison::{domain::imports::Options, entity::import_job::ImportFormat};
use serde_json::{Value, json};

use crate::{
    import_values::export,
    imports,
    support::{TestApp, both_databases, codes, tables::difference},
};

const ANN: &str = "BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:1\nFN:Ann Lee\nN:Lee;Ann;;;\nNICKNAME:Annie\nPHOTO:https://x.example/a.jpg\n\
    X-ODD:one\nX-SAME:both\nitem1.EMAIL:ann@x.example\nitem1.X-ABLABEL:Yacht\nRELATED;TYPE=friend:urn:uuid:9\nKIND:individual\nEND:VCARD\n";
const OTHER: &str = "BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:2\nFN:A. Lee\nN:Lee;A.;;Dr.;\nNICKNAME:Lee,Annie\nPHOTO:https://x.example/b.jpg\n\
    X-ODD:two\nX-SAME:both\nitem1.TEL:+49 30 1234567\nitem1.X-ABLABEL:Hut\nHOBBY:tea\nRELATED;TYPE=spouse:urn:uuid:8\nEND:VCARD\n";

/// The export without the line breaks of long lines.
async fn unfolded(app: &TestApp, format: &str) -> String {
    export(app, format).await.replace("\r\n ", "")
}

async fn two_people(app: &TestApp, files: [&str; 2]) -> [String; 2] {
    let new = imports::job(ImportFormat::Vcard, Options::default(), false);
    assert_eq!(imports::counts(&imports::run(app, new, &files.concat()).await), [2, 0, 0, 0, 0]);
    let found = app.run("{ contacts(orderBy: [{ field: CREATED_AT }]) { nodes { id name } } }", json!({})).await;
    let nodes = found["contacts"]["nodes"].as_array().unwrap().clone();
    let id = |name: &str| nodes.iter().find(|node| node["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
    [id("Ann Lee"), id("A. Lee")]
}

#[both_databases]
async fn a_survivor_has_the_properties_of_both_cards(app: TestApp) {
    let [ann, other] = two_people(&app, [ANN, OTHER]).await;
    let before = app.whole_database().await;
    let merged = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(codes(&merged), [""; 0]);
    let card = unfolded(&app, "vcard4").await;
    for line in [
        "NICKNAME:Annie",
        "NICKNAME:Lee",
        "PHOTO:https://x.example/a.jpg",
        "PHOTO:https://x.example/b.jpg",
        "X-ODD:one",
        "X-ODD:two",
        "X-SAME:both",
        "HOBBY:tea",
        "RELATED;TYPE=friend:urn:uuid:9",
        "RELATED;TYPE=spouse:urn:uuid:8",
        "KIND:individual",
        "N:Lee;Ann;;;",
        "UID:urn:uuid:1",
    ] {
        assert_eq!(card.lines().filter(|found| *found == line).count(), 1, "{line} in {card}");
    }
    // Each label stays with its own value.
    let group_of = |end: &str| {
        let line = card.lines().find(|line| line.ends_with(end)).unwrap_or_else(|| panic!("{end} in {card}"));
        line.split_once('.').unwrap().0.to_owned()
    };
    assert_eq!(group_of("X-ABLABEL:Yacht"), group_of(":ann@x.example"));
    assert_eq!(group_of("X-ABLABEL:Hut"), group_of("1234567"));
    assert_ne!(group_of("X-ABLABEL:Yacht"), group_of("X-ABLABEL:Hut"));
    let conflicts = merged["conflicts"].as_array().unwrap();
    let fields: Vec<&str> = conflicts.iter().filter_map(|conflict| conflict["field"].as_str()).collect();
    assert_eq!(
        fields.iter().filter(|field| field.starts_with("card.") && !field.starts_with("card.name")).count(),
        0,
        "{fields:?}"
    );

    let undone = app.undo_merge(merged["batch"]["id"].as_str().unwrap()).await;
    assert_eq!(undone["batch"]["kept"]["totalCount"], 0);
    let differs = difference(&before, &app.whole_database().await);
    // The export was audited.
    assert_eq!(differs.iter().filter(|row| !row.contains("audit_events")).count(), 0, "{differs:?}");
}

#[both_databases]
async fn a_card_imported_twice_is_not_doubled(app: TestApp) {
    let again = ANN.replace("FN:Ann Lee", "FN:A. Lee").replace("urn:uuid:1", "urn:uuid:3");
    let [ann, other] = two_people(&app, [ANN, &again]).await;
    let card = "query($id: ID!) { contact(id: $id) { card } }";
    let shown = async || {
        let mut card = app.run(card, json!({ "id": ann })).await["contact"]["card"].take();
        card.as_object_mut().unwrap().retain(|property, _| !["updated", "created"].contains(&property.as_str()));
        card
    };
    let before: Value = shown().await;
    app.merge(&ann, &[&other]).await;
    assert_eq!(shown().await, before);
}

#[both_databases]
async fn cards_that_are_too_long_together_are_not_merged(app: TestApp) {
    let photo = format!("NOTE:x\nX-LONG:{}\nEND", "a".repeat(3 << 20));
    let [ann, other] =
        two_people(&app, [&ANN.replace("END", &photo), &OTHER.replace("END", &photo.replace("aaa", "bbb"))]).await;
    let refused = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(codes(&refused), ["TOO_MANY"]);
    assert_eq!(refused["userErrors"][0]["field"], json!(["absorbedIds"]));
}

#[both_databases]
async fn a_card_that_is_imported_again_leads_to_the_survivor(app: TestApp) {
    let [ann, other] = two_people(&app, [ANN, OTHER]).await;
    app.merge(&ann, &[&other]).await;
    let again = OTHER.replace("X-ODD:two", "NOTE:Comes again.").replace("FN:A. Lee", "FN:Ann Lee");
    let new = imports::job(ImportFormat::Vcard, Options::default(), false);
    assert_eq!(imports::counts(&imports::run(&app, new, &again).await), [0, 1, 0, 0, 0]);
    assert_eq!(app.shown(&ann).await["notes"], "Comes again.");
}

#[both_databases]
async fn labels_stay_with_their_values_where_groups_share_a_name(app: TestApp) {
    let card = |name: &str, street: &str, rest: &str| {
        format!(
            "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nitem1.ADR:;;{street};Tallinn;;;\nitem1.X-ABADR:ee\n\
            {rest}END:VCARD\n"
        )
    };
    let files = [
        card("Ann Lee", "Pikk 1", "item1.X-ABLABEL:Ferienhaus\nitem2.X-ABRELATEDNAMES:Bo\nitem2.X-ABLABEL:Brother\n"),
        card("A. Lee", "Lai 2", "item2.X-ABRELATEDNAMES:Cy\nitem2.X-ABLABEL:Cousin\n"),
    ];
    let [ann, other] = two_people(&app, [&files[0], &files[1]]).await;
    let merged = app.merge_with(&ann, &[&other], json!({})).await;
    let conflicts = merged["conflicts"].as_array().unwrap().iter().map(|conflict| conflict["field"].as_str().unwrap());
    assert_eq!(conflicts.collect::<Vec<_>>(), ["name"]);
    let file = unfolded(&app, "vcard3").await;
    let again = app.fresh().await;
    let new = imports::job(ImportFormat::Vcard, Options::default(), false);
    assert_eq!(imports::counts(&imports::run(&again, new, &file).await), [1, 0, 0, 0, 0]);
    let query = "{ contacts { nodes { addresses { street label } card } } }";
    let found = again.run(query, json!({})).await["contacts"]["nodes"][0].clone();
    let addresses = json!([{ "street": "Pikk 1", "label": "Ferienhaus" }, { "street": "Lai 2", "label": null }]);
    assert_eq!(found["addresses"], addresses, "{file}");
    let group =
        |end: &str| file.lines().find(|line| line.ends_with(end)).unwrap().split('.').next().unwrap().to_owned();
    assert_eq!((group(":Bo"), group(":Cy")), (group(":Brother"), group(":Cousin")), "{file}");
}
