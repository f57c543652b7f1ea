//! Values as they change: told by the gateway, or found by asking.

use std::sync::Arc;
use std::time::Duration;

use lanside_e2e::{options, seconds, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::Options;
use management::{FollowNews, FollowedBy, ValueChange};
use tokio::sync::mpsc;
use tokio::time::timeout;

struct Following {
    news: mpsc::UnboundedReceiver<FollowNews>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Following {
    fn start(bench: &Arc<Workbench>, every: Duration) -> Following {
        let (sender, news) = mpsc::unbounded_channel();
        let bench = Arc::clone(bench);
        let task = tokio::spawn(async move {
            let paths = [SSID.to_owned()];
            bench
                .management
                .follow_values(&bench.udn(), &paths, every, move |what| {
                    // Nobody listens after the story.
                    sender.send(what).ok();
                })
                .await
                .expect("the gateway is followed");
        });
        Following { news, task }
    }

    async fn by(&mut self) -> FollowedBy {
        loop {
            if let FollowNews::By(how, _) = self.next().await {
                return how;
            }
        }
    }

    async fn change(&mut self) -> ValueChange {
        loop {
            if let FollowNews::Changed(change) = self.next().await {
                return change;
            }
        }
    }

    async fn next(&mut self) -> FollowNews {
        let news = timeout(seconds(20), self.news.recv()).await;
        news.expect("told in time").expect("the watch goes on")
    }
}

/// Somebody else changes the name of the network.
async fn rename(bench: &Workbench, name: &str) {
    let values = [(SSID_UPNP.to_owned(), name.to_owned())];
    bench
        .gateway
        .tree(|tree| tree.set_values(lanside_gateway::tree::Roles::ADMIN, &values))
        .expect("a parameter that can be written");
}

#[tokio::test]
async fn a_change_is_told_at_once_by_the_gateways_event() {
    let bench = Arc::new(Workbench::paired(options("Tells")).await);
    let before = bench.value(SSID_UPNP);
    // So seldom that only an event can bring the news in time.
    let mut following = Following::start(&bench, seconds(600));
    assert_eq!(following.by().await, FollowedBy::Event);
    rename(&bench, "Renamed").await;
    let change = following.change().await;
    assert_eq!(change.how, FollowedBy::Event);
    assert_eq!(
        (change.path.as_str(), change.upnp_path.as_str()),
        (SSID, SSID_UPNP)
    );
    assert_eq!(change.old, Some(before));
    assert_eq!(change.new.as_deref(), Some("Renamed"));
}

#[tokio::test]
async fn a_gateway_without_events_is_asked_instead() {
    let bench = Workbench::paired(Options {
        quirks: ["no-events".parse().expect("a quirk")]
            .into_iter()
            .collect(),
        ..options("Keeps silent")
    });
    let bench = Arc::new(bench.await);
    let mut following = Following::start(&bench, Duration::from_millis(200));
    assert_eq!(following.by().await, FollowedBy::Poll);
    rename(&bench, "Found by asking").await;
    let change = following.change().await;
    assert_eq!(change.how, FollowedBy::Poll);
    assert_eq!(change.new.as_deref(), Some("Found by asking"));
}
