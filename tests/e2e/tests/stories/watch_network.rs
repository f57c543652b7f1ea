//! The list of devices while it is on the screen: gateways come, restart, leave and are
//! missing from the start.

use std::net::UdpSocket;
use std::sync::Arc;
use std::time::Duration;

use lanside_e2e::{options, seconds, Workbench};
use management::view::{GatewayState, GatewayView};
use management::{Management, Neighbourhood};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// What is told of one device, from a watch that goes on until this is dropped.
struct Watch {
    news: mpsc::UnboundedReceiver<Neighbourhood>,
    udn: String,
}

fn watch(management: &Arc<Management>, udn: &str) -> (Watch, tokio::task::JoinHandle<()>) {
    let (sender, news) = mpsc::unbounded_channel();
    let management = Arc::clone(management);
    let task = tokio::spawn(async move {
        management
            .watch_network(move |what| {
                // Nobody listens after the story.
                sender.send(what).ok();
            })
            .await
            .expect("what is found can be kept");
    });
    let udn = udn.to_owned();
    (Watch { news, udn }, task)
}

impl Watch {
    /// The next news of the device that fits.
    async fn until(&mut self, fits: impl Fn(&GatewayView) -> bool) -> GatewayView {
        let heard = async {
            loop {
                match self.news.recv().await.expect("the watch goes on") {
                    Neighbourhood::Device(view) if view.udn == self.udn && fits(&view) => {
                        return *view
                    }
                    _ => {}
                }
            }
        };
        timeout(seconds(20), heard).await.expect("told in time")
    }
}

#[tokio::test]
async fn a_gateway_that_is_switched_off_becomes_silent() {
    let bench = Workbench::apart(options("Switched off")).await;
    let Workbench {
        gateway,
        management,
        ..
    } = bench;
    let management = Arc::new(management);
    let (mut watch, task) = watch(&management, &gateway.udn());
    let found = watch.until(|view| view.state == GatewayState::New).await;
    assert_eq!(found.friendly_name.as_deref(), Some("Switched off"));
    gateway.stop().await;
    let left = watch.until(|view| view.state == GatewayState::Silent).await;
    assert!(left.reason.is_some_and(|reason| reason.contains("left")));
    task.abort();
}

#[tokio::test]
async fn a_goodbye_that_somebody_else_says_changes_nothing() {
    let bench = Workbench::apart(options("Slandered")).await;
    let management = Arc::new(bench.management);
    let udn = bench.gateway.udn();
    let (mut watch, task) = watch(&management, &udn);
    watch.until(|view| view.state == GatewayState::New).await;
    let forger = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let socket = socket2::SockRef::from(&forger);
    socket
        .set_multicast_if_v4(&std::net::Ipv4Addr::LOCALHOST)
        .expect("loopback");
    let goodbye = format!(
        "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\
         NTS: ssdp:byebye\r\nUSN: {udn}::upnp:rootdevice\r\n\r\n"
    );
    let asked_before = bench.gateway.requests(|log| log.records().len());
    forger
        .send_to(goodbye.as_bytes(), "239.255.255.250:1900")
        .expect("sent");
    let asked = async {
        while bench.gateway.requests(|log| log.records().len()) == asked_before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(seconds(10), asked)
        .await
        .expect("the gateway is asked whether it is there");
    let silent = timeout(
        seconds(1),
        watch.until(|view| view.state == GatewayState::Silent),
    );
    assert!(silent.await.is_err(), "it answered");
    task.abort();
}

#[tokio::test]
async fn a_gateway_of_an_earlier_day_is_told_silent_when_it_is_not_there() {
    let mut bench = Workbench::paired(options("Gone since")).await;
    bench.restart_management().await;
    let udn = bench.udn();
    let known = bench.management.gateways();
    assert!(known.iter().any(|view| view.udn == udn));
    let Workbench {
        gateway,
        management,
        ..
    } = bench;
    gateway.stop().await;
    let found = management
        .discover(Some(seconds(2)), |_| {})
        .await
        .expect("a search");
    assert!(found.devices.iter().all(|view| view.udn != udn));
    let now = management.gateways();
    let missing = now.iter().find(|view| view.udn == udn).expect("on record");
    assert_eq!(missing.state, GatewayState::Silent);
}

#[tokio::test]
async fn a_known_gateway_is_found_although_no_search_reaches_it() {
    let mut bench = Workbench::paired(options("Deaf to searches")).await;
    bench.restart_management().await;
    // The search has no time to be answered; who is known is asked directly.
    let found = bench
        .management
        .discover(Some(Duration::from_millis(1)), |_| {})
        .await
        .expect("a search");
    let view = found.devices.iter().find(|view| view.udn == bench.udn());
    assert_eq!(view.map(|view| view.state), Some(GatewayState::Paired));
}
