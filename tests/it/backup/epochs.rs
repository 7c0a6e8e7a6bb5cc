//! A restore begins a new epoch of the feed: a cursor from after the backup is refused, and never means something else.

use serde_json::{Value, json};

use super::{EmptyDatabase, done, later};
use crate::support::{TestApp, both_databases};

const FEED: &str =
    "query($after: String) { changes(first: 100, after: $after) { edges { cursor } pageInfo { endCursor } } }";
const END: &str = "{ changes(first: 0) { pageInfo { endCursor } } }";

impl TestApp {
    async fn end_cursor(&self) -> Value {
        self.run(END, json!({})).await["changes"]["pageInfo"]["endCursor"].clone()
    }

    /// Asserts that a cursor is refused as one of a database that was restored.
    async fn assert_resync(&self, cursor: &Value) {
        let answer = self.send(FEED, json!({ "after": cursor })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{cursor}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("restored from a backup") && message.contains("Load the records again"), "{message}");
    }
}

#[both_databases]
async fn a_cursor_from_after_the_backup_is_refused(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    app.contact("Ben").await;
    let before = app.feed(json!({}), 2).await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.contact("Cid").await;
    app.contact("Dan").await;
    let lost = app.feed(json!({}), 4).await;
    let lost_end = app.end_cursor().await;
    app.close().await;
    done(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;

    let restored = later(&app.config.url, 1).await;
    assert_eq!(restored.contact_names().await, ["Ann", "Ben"]);
    let end = restored.end_cursor().await;
    // As many changes again as were lost, so that plain numbers would be given a second time.
    for name in ["Eva", "Fay", "Gus", "Hal"] {
        restored.contact(name).await;
    }
    for edge in &lost[2..] {
        restored.assert_resync(&edge["cursor"]).await;
    }
    if app.config.is_sqlite() {
        restored.assert_resync(&lost_end).await;
    }
    // Cursors from before the backup go on, and miss nothing.
    restored.feed(json!({ "after": before[0]["cursor"] }), 5).await;
    restored.feed(json!({ "after": before[1]["cursor"] }), 4).await;
    restored.feed(json!({ "after": end }), 4).await;
    let second = restored.feed(json!({}), 6).await;
    let in_second = second[4]["cursor"].clone();
    restored.close().await;

    // The same backup again: the cursors of the first epoch after it are refused as well.
    done(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;
    let again = later(&app.config.url, 2).await;
    again.contact("Ida").await;
    again.feed(json!({ "after": before[1]["cursor"] }), 1).await;
    again.assert_resync(&in_second).await;
    again.assert_resync(&lost[3]["cursor"]).await;
    again.close().await;
}

#[both_databases]
async fn epochs_follow_one_another(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let mut url = app.config.url.clone();
    let (mut databases, mut cursors) = (Vec::new(), Vec::new());
    for (round, name) in ["Ann", "Ben", "Cid"].into_iter().enumerate() {
        let now = if round == 0 { app.another().await } else { later(&url, i64::try_from(round).unwrap()).await };
        now.contact(name).await;
        let feed = now.feed(json!({}), round + 1).await;
        cursors.push(feed[round]["cursor"].clone());
        let file = format!("{round}.tar");
        done(folder.path(), &url, &["backup", &file]).await;
        now.close().await;
        let other = EmptyDatabase::like(&app).await;
        done(folder.path(), &other.url, &["restore", &file]).await;
        url.clone_from(&other.url);
        databases.push(other);
    }
    let last = TestApp::over(url).await;
    for (round, cursor) in cursors.into_iter().enumerate() {
        last.feed(json!({ "after": cursor }), 2 - round).await;
    }
    assert_eq!(last.texts("SELECT CAST(count(*) AS text) FROM feed_epochs").await, ["3"]);
    last.close().await;
}

/// A restore of which only the last step is missing is completed by whoever opens the database next.
#[both_databases]
async fn an_epoch_that_was_not_begun_is_begun_later(app: TestApp) {
    app.contact("Ann").await;
    let cursor = app.feed(json!({}), 1).await[0]["cursor"].clone();
    app.execute("CREATE TABLE restored (last_tx bigint NOT NULL, last_position bigint NOT NULL)").await;
    app.execute("INSERT INTO restored VALUES (0, 0)").await;
    let next = app.another().await;
    next.assert_resync(&cursor).await;
    assert_eq!(next.texts("SELECT CAST(count(*) AS text) FROM feed_epochs").await, ["1"]);
    next.another().await.assert_resync(&cursor).await;
    assert_eq!(next.texts("SELECT CAST(count(*) AS text) FROM feed_epochs").await, ["1"]);
}
