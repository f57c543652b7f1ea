//! Restarting a gateway as a timeline that ends when the same gateway answers again: same
//! UDN, same trusted certificate, values readable (BMS:2 digest, section 4.2).

use std::time::Duration;

use tokio::time::{sleep, timeout, Instant};
use upnp::driver::Location;
use upnp::services::basic_management::RebootStatus;

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::session::Session;
use crate::view::{RebootPhase, RebootStepView, RebootView};

/// How long one look at a restarting gateway may take.
const LOOK: Duration = Duration::from_millis(1_500);

/// Parameters that say how long a gateway has been up, most usual first.
const UP_TIME: [&str; 2] = ["DeviceInfo/UpTime", "DeviceInfo/Uptime"];

impl Management {
    /// Asks the gateway to restart and, with `wait`, follows it until it is back. Each
    /// phase goes to `on_step` as it happens.
    ///
    /// # Errors
    ///
    /// [`Error::NotManageable`] when it offers no reboot; a refusal; [`Error::NotBack`];
    /// [`Error::Gateway`] with `IdentityChanged` when another one came back.
    pub async fn reboot(
        &self,
        udn: &str,
        wait: Option<Duration>,
        mut on_step: impl FnMut(RebootStepView) + Send,
    ) -> Result<RebootView, Error> {
        let session = self.open_gateway(udn).await?;
        let model = session.model_name.clone();
        let usual = {
            let model = model.clone();
            self.store(move |store| store.typical_reboot(&model))
                .await?
        };
        let basic = session.basic().ok_or_else(|| Error::NotManageable {
            gateway: session.name.clone(),
            reason: "it offers no BasicManagement service, so it cannot be restarted from here"
                .to_owned(),
        })?;
        let up_before = up_time(&session).await;
        match basic.reboot().await {
            Ok(RebootStatus::RebootNow | RebootStatus::RebootLater | RebootStatus::Other(_)) => {}
            // The restart can overtake the answer.
            Err(upnp::Error::OutcomeUnknown { .. }) => {}
            Err(source) => return Err(session.failed(Step::Reboot, source)),
        }
        let start = Instant::now();
        let mut step = |phase| {
            on_step(RebootStepView {
                time: clock::now_precise(),
                phase,
                seconds: start.elapsed().as_secs_f64(),
            });
        };
        step(RebootPhase::Sent);
        self.close_gateway(udn).await;
        let Some(wait) = wait else {
            return Ok(RebootView {
                back: false,
                seconds: 0.0,
                usual_seconds: usual.map(|usual| usual.as_secs_f64()),
            });
        };
        let deadline = start + wait;
        let not_back = || Error::NotBack {
            gateway: session.name.clone(),
            waited_s: wait.as_secs(),
        };

        let location = self
            .inventory()
            .get(udn)
            .and_then(|entry| entry.view.location.clone());
        let location = location.and_then(|text| text.parse::<Location>().ok());
        while self.answers_at(location.as_ref(), udn).await {
            if Instant::now() > deadline {
                return Err(not_back());
            }
            // A restart quicker than our looks shows in the time the gateway has been up.
            if start.elapsed() > LOOK && self.restarted_meanwhile(udn, up_before, start).await {
                break;
            }
            sleep(limits::REBOOT_POLL).await;
        }
        step(RebootPhase::Gone);

        loop {
            if Instant::now() > deadline {
                return Err(not_back());
            }
            if self.answers_at(location.as_ref(), udn).await {
                break;
            }
            // It may have come back under another address or port.
            if let Ok(Ok(_)) = timeout(LOOK, self.find_again(udn)).await {
                break;
            }
            sleep(limits::REBOOT_POLL).await;
        }
        // Finding it again by search refreshes its protected address as well.
        let announced = timeout(LOOK * 2, self.find_again(udn)).await;
        if matches!(announced, Ok(Ok(_))) {
            step(RebootPhase::Announced);
        }
        step(RebootPhase::Reachable);

        let session = loop {
            match self.open_gateway(udn).await {
                Ok(session) if still_up(up_before, up_time(&session).await, start) => {
                    // It was only slow to answer: the restart is still to come.
                    self.close_gateway(udn).await;
                    if Instant::now() > deadline {
                        return Err(not_back());
                    }
                    sleep(limits::REBOOT_POLL).await
                }
                Ok(session) => break session,
                Err(error) if retriable(&error) && Instant::now() < deadline => {
                    sleep(limits::REBOOT_POLL).await
                }
                Err(error) => return Err(error),
            }
        };
        if session.link.is_protected() {
            step(RebootPhase::Secured);
        }
        self.settle_unknown(udn, &session).await?;
        if up_before.is_some() && up_time(&session).await.is_none() {
            return Err(not_back());
        }
        step(RebootPhase::Verified);
        let took = start.elapsed();
        self.store(move |store| store.learn_reboot(&model, took, &clock::now()))
            .await?;
        Ok(RebootView {
            back: true,
            seconds: took.as_secs_f64(),
            usual_seconds: usual.map(|usual| usual.as_secs_f64()),
        })
    }

    async fn answers_at(&self, location: Option<&Location>, udn: &str) -> bool {
        let Some(location) = location else {
            return false;
        };
        let look = self.inner.control_point.describe(location.clone());
        match timeout(LOOK, look).await {
            Ok(Ok(device)) => device.udn().as_str().eq_ignore_ascii_case(udn),
            _ => false,
        }
    }

    async fn restarted_meanwhile(&self, udn: &str, up_before: Option<u64>, start: Instant) -> bool {
        let Some(before) = up_before else {
            return false;
        };
        let Ok(session) = self.open_gateway(udn).await else {
            return false;
        };
        let now = up_time(&session).await;
        self.close_gateway(udn).await;
        now.is_some_and(|now| now < before && now <= start.elapsed().as_secs() + 1)
    }
}

/// Whether the time a gateway has been up went on counting through the restart. A gateway
/// that was up for less than the looks are apart cannot be judged so.
fn still_up(before: Option<u64>, now: Option<u64>, start: Instant) -> bool {
    const JUDGEABLE_S: u64 = 30;
    match (before, now) {
        (Some(before), Some(now)) => {
            before >= JUDGEABLE_S && now + 2 >= before + start.elapsed().as_secs()
        }
        _ => false,
    }
}

/// Seconds the gateway says it has been up.
async fn up_time(session: &Session) -> Option<u64> {
    let paths: Vec<String> = UP_TIME
        .iter()
        .map(|name| format!("{}{name}", session.naming.location()))
        .collect();
    for path in paths {
        if let Ok((values, _)) = session.read_values(std::slice::from_ref(&path)).await {
            if let Some(seconds) = values.get(&path).and_then(|text| text.trim().parse().ok()) {
                return Some(seconds);
            }
        }
    }
    None
}

fn retriable(error: &Error) -> bool {
    match error {
        // Its unprotected side may be up before the protected one.
        Error::NotFound { .. } | Error::ProtectionDropped { .. } => true,
        Error::Gateway { source, .. } => matches!(
            source,
            upnp::Error::Unreachable { .. }
                | upnp::Error::TimedOut { .. }
                | upnp::Error::Tls { .. }
                | upnp::Error::SessionEnded { .. }
        ),
        _ => false,
    }
}
