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
        Self::of(bench, SSID, every)
    }

    fn of(bench: &Arc<Workbench>, path: &str, every: Duration) -> Following {
        let paths = [path.to_owned()];
        let (sender, news) = mpsc::unbounded_channel();
        let bench = Arc::clone(bench);
        let task = tokio::spawn(async move {
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

/// A gateway that sends no events.
async fn silent(name: &str) -> Arc<Workbench> {
    let quirks = ["no-events".parse().expect("a quirk")];
    Arc::new(
        Workbench::paired(Options {
            quirks: quirks.into_iter().collect(),
            ..options(name)
        })
        .await,
    )
}

#[tokio::test]
async fn a_counter_has_a_delta_and_a_rate() {
    let bench = silent("Counts").await;
    let path = "Device.WiFi.Radio.2.Stats.BytesReceived";
    let mut following = Following::of(&bench, path, Duration::from_millis(400));
    for _ in 0..2 {
        let change = following.change().await;
        let number =
            |value: &Option<String>| value.as_deref().and_then(|value| value.parse::<f64>().ok());
        let (old, new) = (number(&change.old), number(&change.new));
        let delta = change.delta.expect("a counter");
        assert_eq!(Some(delta), new.zip(old).map(|(new, old)| new - old));
        let seconds = change.seconds.expect("it was read before");
        assert!(seconds > 0.0 && !change.gap);
        let rate = change.rate.expect("a rate");
        assert!(
            (rate * seconds - delta).abs() < 1e-6 * delta.abs().max(1.0),
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn while_the_configuration_stays_only_its_version_is_asked_for() {
    let bench = silent("Stays").await;
    let mut following = Following::start(&bench, Duration::from_millis(200));
    assert_eq!(following.by().await, FollowedBy::Poll);
    bench.forget_requests();
    let asked = timeout(seconds(20), async {
        while bench.count("GetConfigurationUpdate") < 4 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    asked.await.expect("it is asked again and again");
    assert_eq!(bench.count("GetValues"), 0, "{:?}", bench.actions());
    rename(&bench, "Counted").await;
    let change = following.change().await;
    assert_eq!(change.new.as_deref(), Some("Counted"));
    assert_eq!((change.delta, change.rate), (None, None));
    assert_eq!(bench.count("GetValues"), 1, "{:?}", bench.actions());
}
