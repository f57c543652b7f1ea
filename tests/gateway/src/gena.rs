//! Events: subscriptions and the messages that go to them (UDA 2.0, clause 4).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use crate::answer::{self, AnyBody};
use crate::device::{Command, Core};
use crate::enrollee::machine::{OsRandomness, Randomness};
use crate::identity::IdentityUuid;
use crate::limits;
use crate::lock;
use crate::place::without_scope;
use crate::quirks::{Quirk, Quirks};
use crate::server::header;
use crate::service::Service;
use crate::spoil::event;

/// Names and values of state variables.
pub(crate) type Values = Vec<(&'static str, String)>;

/// How long the first event message is ahead of the answer to its subscription, where it comes first.
const EVENT_LEAD: Duration = Duration::from_millis(200);
/// Longer than any gateway runs.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// All subscriptions with the tasks that deliver to them.
#[derive(Default)]
pub struct Events {
    subscriptions: Vec<Subscription>,
    sent: BTreeMap<Service, Values>,
    deliveries: JoinSet<()>,
}

struct Subscription {
    sid: String,
    service: Service,
    source: IpAddr,
    expires: Instant,
    outbox: mpsc::UnboundedSender<Values>,
}

/// Where event messages go.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Callback {
    address: SocketAddr,
    path: String,
}

impl Events {
    /// Ends all subscriptions at once, as a restart does.
    pub fn forget(&mut self) {
        self.subscriptions.clear();
        self.sent.clear();
        self.deliveries = JoinSet::new();
    }

    /// How many subscriptions there are.
    pub fn count(&self) -> usize {
        self.subscriptions.len()
    }

    fn drop_expired(&mut self) {
        let now = Instant::now();
        self.subscriptions
            .retain(|subscription| subscription.expires > now);
    }
}

/// Answers SUBSCRIBE and UNSUBSCRIBE; nothing means the connection is cut.
pub async fn answer(
    core: &Arc<Core>,
    service: Service,
    peer: SocketAddr,
    method: &Method,
    headers: &HeaderMap,
) -> Option<Response<AnyBody>> {
    if core.has(Quirk::NoEvents) {
        return None;
    }
    let sid = header(headers, "sid");
    let answered = match (method.as_str(), sid) {
        ("UNSUBSCRIBE", Some(sid)) => match unsubscribe(core, sid) {
            Err(_) if core.has(Quirk::UnsubscribeAlways200) => Ok(None),
            outcome => outcome,
        },
        ("UNSUBSCRIBE", None) => Err(412),
        (_, Some(_)) if headers.contains_key("nt") || headers.contains_key("callback") => Err(400),
        (_, Some(sid)) => renew(core, sid, requested_time(core, headers)),
        (_, None) => subscribe(core, service, peer, headers),
    };
    let fresh = sid.is_none();
    if fresh && core.has(Quirk::EventBeforeAnswer) {
        sleep(EVENT_LEAD).await;
    }
    Some(match answered {
        Ok(Some((sid, time))) => {
            let mut response = answer::bare(StatusCode::OK);
            let mut insert = |name: &'static str, text: String| {
                if let Ok(value) = HeaderValue::from_str(&text) {
                    response
                        .headers_mut()
                        .insert(HeaderName::from_static(name), value);
                }
            };
            if fresh || !core.has(Quirk::NoSidOnRenewal) {
                insert("sid", sid);
            }
            if let Some(text) = timeout_text(core, time) {
                insert("timeout", text);
            }
            response
        }
        Ok(None) => answer::bare(StatusCode::OK),
        Err(status) => {
            answer::bare(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
        }
    })
}

type Granted = Option<(String, Duration)>;

/// How the granted time is said, if at all.
fn timeout_text(core: &Core, time: Duration) -> Option<String> {
    let seconds = time.as_secs();
    match () {
        () if core.has(Quirk::NoTimeout) => None,
        () if core.has(Quirk::InfiniteSubscription) => Some("Second-infinite".to_owned()),
        () if core.has(Quirk::BareTimeout) => Some(seconds.to_string()),
        () if core.has(Quirk::LowerCaseTimeout) => Some(format!("second-{seconds}")),
        () => Some(format!("Second-{seconds}")),
    }
}

fn requested_time(core: &Core, headers: &HeaderMap) -> Duration {
    if core.has(Quirk::SubscriptionOf300) {
        return Duration::from_secs(300);
    }
    if core.has(Quirk::InfiniteSubscription) {
        return FOR_EVER;
    }
    let asked = header(headers, "timeout")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let seconds = asked
        .strip_prefix("second-")
        .and_then(|text| text.parse().ok());
    let asked = seconds.map_or(limits::SUBSCRIPTION, Duration::from_secs);
    asked.clamp(Duration::from_secs(1), limits::SUBSCRIPTION)
}

fn unsubscribe(core: &Core, sid: &str) -> Result<Granted, u16> {
    let mut events = lock(&core.events);
    let before = events.subscriptions.len();
    events
        .subscriptions
        .retain(|subscription| subscription.sid != sid);
    if events.subscriptions.len() == before {
        Err(412)
    } else {
        Ok(None)
    }
}

fn renew(core: &Core, sid: &str, time: Duration) -> Result<Granted, u16> {
    let mut events = lock(&core.events);
    events.drop_expired();
    let known = events
        .subscriptions
        .iter_mut()
        .find(|subscription| subscription.sid == sid);
    let known = known.ok_or(412u16)?;
    known.expires = Instant::now() + time;
    if core.has(Quirk::NewSidOnRenewal) {
        known.sid = new_sid();
    }
    Ok(Some((known.sid.clone(), time)))
}

fn subscribe(
    core: &Arc<Core>,
    service: Service,
    peer: SocketAddr,
    headers: &HeaderMap,
) -> Result<Granted, u16> {
    if header(headers, "nt") != Some("upnp:event") {
        return Err(412);
    }
    let callbacks =
        read_callbacks(header(headers, "callback").unwrap_or_default(), peer).ok_or(412u16)?;
    let values = core.state_variables(service);
    let sid = new_sid();
    let time = requested_time(core, headers);
    let (outbox, inbox) = mpsc::unbounded_channel();
    let mut events = lock(&core.events);
    events.drop_expired();
    let same_source = events
        .subscriptions
        .iter()
        .filter(|known| known.source == peer.ip())
        .count();
    if same_source >= limits::SUBSCRIPTIONS_PER_SOURCE {
        return Err(503);
    }
    while events.deliveries.try_join_next().is_some() {}
    events.deliveries.spawn(deliver(
        callbacks,
        sid.clone(),
        inbox,
        core.options.quirks.clone(),
    ));
    // The first message holds everything.
    events.sent.entry(service).or_insert_with(|| values.clone());
    if core.has(Quirk::InitialEventTwice) && outbox.send(values.clone()).is_err() {
        return Err(500);
    }
    if outbox.send(values).is_err() {
        return Err(500);
    }
    let expires = Instant::now() + time;
    events.subscriptions.push(Subscription {
        sid: sid.clone(),
        service,
        source: peer.ip(),
        expires,
        outbox,
    });
    Ok(Some((sid, time)))
}

fn new_sid() -> String {
    let mut random = [0; 16];
    OsRandomness.fill(&mut random);
    format!("uuid:{}", IdentityUuid::from_hash(random))
}

/// Reads `<http://address:port/path>` one or more times. Only literal addresses are accepted, and only the
/// subscriber's own (CallStranger).
fn read_callbacks(text: &str, peer: SocketAddr) -> Option<Vec<Callback>> {
    let mut callbacks = Vec::new();
    for url in text
        .split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>'))
        .map(|(url, _)| url)
    {
        let uri: http::Uri = url.parse().ok()?;
        let authority = uri.authority()?;
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let address: IpAddr = host.parse().ok()?;
        if uri.scheme_str() != Some("http")
            || address != peer.ip()
            || authority.as_str().contains('@')
        {
            return None;
        }
        let path = uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        // The adapter a link-local address is on stands in no URL.
        let port = authority.port_u16().unwrap_or(80);
        let address = match (address, peer) {
            (IpAddr::V6(address), SocketAddr::V6(peer)) => {
                SocketAddrV6::new(address, port, 0, peer.scope_id()).into()
            }
            _ => SocketAddr::new(address, port),
        };
        callbacks.push(Callback { address, path });
    }
    (1..=limits::CALLBACKS)
        .contains(&callbacks.len())
        .then_some(callbacks)
}

/// Sends the messages of one subscription, one after the other.
async fn deliver(
    callbacks: Vec<Callback>,
    sid: String,
    mut inbox: mpsc::UnboundedReceiver<Values>,
    quirks: Quirks,
) {
    let mut seq = 0u32;
    while let Some(values) = inbox.recv().await {
        for body in event::bodies(&values, &quirks) {
            let message = event::Notification {
                sid: &sid,
                seq,
                body: &body,
            };
            for callback in &callbacks {
                let text = message.write(&callback.path, without_scope(callback.address), &quirks);
                let sent = timeout(limits::EVENT_DELIVERY, send(callback.address, &text)).await;
                match sent {
                    Ok(Ok(())) => break,
                    Ok(Err(error)) => {
                        tracing::debug!(%error, callback = %callback.address, "event not delivered")
                    }
                    Err(_) => {
                        tracing::debug!(callback = %callback.address, "event not delivered in time")
                    }
                }
            }
            seq = seq.checked_add(1).unwrap_or(1);
        }
    }
}

async fn send(address: SocketAddr, message: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(message.as_bytes()).await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    if status.ends_with(b" 200") {
        Ok(())
    } else {
        Err(std::io::Error::other("refused"))
    }
}

/// Watches the state variables and sends what changed, gathered over the moderation time.
pub async fn publish(core: Arc<Core>) {
    let mut ticks = interval(limits::EVENT_MODERATION / 4);
    let mut count = 0u32;
    loop {
        ticks.tick().await;
        count = count.wrapping_add(1);
        lock(&core.protection).host_mut().tick(Instant::now());
        if lock(&core.software).advance(Instant::now()) {
            core.command(Command::Reboot { factory: false });
        }
        // SetupReady is not moderated.
        let services: &[Service] = if count.is_multiple_of(4) {
            &Service::ALL
        } else {
            &[Service::DeviceProtection]
        };
        for service in services {
            publish_changes(&core, *service);
        }
    }
}

fn publish_changes(core: &Core, service: Service) {
    let subscribed = lock(&core.events)
        .subscriptions
        .iter()
        .any(|known| known.service == service);
    if !subscribed {
        lock(&core.events).sent.remove(&service);
        return;
    }
    let values = core.state_variables(service);
    let mut events = lock(&core.events);
    events.drop_expired();
    let before = events
        .sent
        .insert(service, values.clone())
        .unwrap_or_default();
    let changed: Values = values
        .into_iter()
        .filter(|value| !before.contains(value))
        .collect();
    if changed.is_empty() || core.has(Quirk::LostEvents) {
        return;
    }
    for subscription in events
        .subscriptions
        .iter()
        .filter(|known| known.service == service)
    {
        if subscription.outbox.send(changed.clone()).is_err() {
            tracing::debug!(sid = subscription.sid, "subscription has ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_the_subscribers_own_address() {
        let peer: SocketAddr = "127.0.0.1:40000".parse().unwrap();
        let read = read_callbacks("<http://127.0.0.1:5000/a?b>< http://x>", peer);
        assert_eq!(read, None);
        let read = read_callbacks("<http://127.0.0.1:5000/a?b><http://127.0.0.1/>", peer).unwrap();
        assert_eq!(
            (
                read[0].address.port(),
                read[0].path.as_str(),
                read[1].address.port()
            ),
            (5000, "/a?b", 80)
        );
        for bad in [
            "",
            "http://127.0.0.1/",
            "<http://192.0.2.1/>",
            "<https://127.0.0.1/>",
            "<http://a@127.0.0.1/>",
            "<http://localhost/>",
        ] {
            assert_eq!(read_callbacks(bad, peer), None, "{bad}");
        }
        assert_eq!(read_callbacks(&"<http://127.0.0.1/>".repeat(7), peer), None);
    }

    #[test]
    fn callbacks_to_a_link_local_address_go_through_the_adapter_it_came_from() {
        let peer: SocketAddr = "[fe80::7%3]:40000".parse().unwrap();
        let read = read_callbacks("<http://[fe80::7]:5000/a>", peer).unwrap();
        assert_eq!(read[0].address.to_string(), "[fe80::7%3]:5000");
    }
}
