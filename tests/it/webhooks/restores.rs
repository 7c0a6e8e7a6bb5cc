//! Webhooks after the restore of a backup: nothing is lost, and only what was under way is repeated.

use serde_json::{Value, json};

use super::{deliver, receiver::Receiver};
use crate::{
    backup::{done, later},
    support::{TestApp, both_databases},
};

/// The names of created contacts, in the order of their deliveries, with the ids of the deliveries.
fn delivered(receiver: &Receiver) -> Vec<(String, String)> {
    let seen = receiver.seen();
    let one = |delivery: &super::Delivery| {
        let id = delivery.header("webhook-id").to_owned();
        delivery
            .changes()
            .iter()
            .map(move |change| (change["subjectId"].as_str().unwrap().to_owned(), id.clone()))
            .collect::<Vec<_>>()
    };
    seen.iter().flat_map(one).collect()
}

#[both_databases]
async fn a_webhook_goes_on_where_it_was_at_the_backup(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    app.contact("Before").await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 1).await;
    let waiting = app.contact("Waiting").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.contact("Lost").await;
    deliver(&deliverer, &receiver, 3).await;
    drop(deliverer);
    app.close().await;
    done(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;

    let restored = later(&app.config.url, 1).await;
    let new = restored.contact("New").await;
    let deliverer = restored.deliverer();
    deliver(&deliverer, &receiver, 5).await;
    let seen = delivered(&receiver);
    let contacts: Vec<&str> = seen[3..].iter().map(|(contact, _)| contact.as_str()).collect();
    assert_eq!(contacts, [waiting.as_str(), new.as_str()]);
    let webhook = restored.the_webhook().await;
    assert_eq!((webhook["isEnabled"].clone(), webhook["disabledReason"].clone()), (true.into(), Value::Null));
    restored.close().await;
}
