//! Hearing from the gateway itself that it is ready: its event SetupReady
//! (DeviceProtection:1, section 1.6).
//!
//! Events are unprotected. They say when to go on, and prove nothing: the timer and the
//! person's word stay in force, and a false event costs one more question at most.

use tokio::sync::watch;
use upnp::driver::{Event, IntroductionProgress, ReadyHint, SecureConnection, Subscription};
use upnp::ServiceRef;

use crate::application::Management;

/// Listens while an introduction runs.
pub(super) struct Listening {
    hint: ReadyHint,
    /// Whether the button is waited for: then "ready" from the start says nothing yet.
    button: bool,
    wanted: watch::Sender<Wanted>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Wanted {
    NotYet,
    Yes,
    Enough,
}

impl Listening {
    /// A button is listened for from the start, so that no press is missed; a busy gateway
    /// once it says so.
    pub(super) fn new(hint: ReadyHint, button: bool) -> Listening {
        let wanted = if button { Wanted::Yes } else { Wanted::NotYet };
        Listening {
            hint,
            button,
            wanted: watch::Sender::new(wanted),
        }
    }

    /// Takes note of where the introduction stands.
    pub(super) fn heard(&self, news: &IntroductionProgress) {
        if matches!(news, IntroductionProgress::Busy { .. }) {
            self.wanted.send_if_modified(|wanted| {
                let begins = *wanted == Wanted::NotYet;
                if begins {
                    *wanted = Wanted::Yes;
                }
                begins
            });
        }
    }

    /// The introduction is over.
    pub(super) fn enough(&self) {
        self.wanted.send_replace(Wanted::Enough);
    }

    /// Listens until [`Listening::enough`].
    pub(super) async fn run(
        &self,
        management: &Management,
        udn: &str,
        connection: &SecureConnection,
        service: &ServiceRef,
    ) {
        let mut wanted = self.wanted.subscribe();
        if !matches!(wanted.wait_for(|wanted| *wanted >= Wanted::Yes).await, Ok(now) if *now == Wanted::Yes)
        {
            return;
        }
        let over = async {
            // An error means that nobody listens any more.
            let _ = wanted.wait_for(|wanted| *wanted == Wanted::Enough).await;
        };
        tokio::pin!(over);
        let subscription = tokio::select! {
            subscription = subscribe(management, udn, connection, service) => subscription,
            () = &mut over => return,
        };
        let Some(mut subscription) = subscription else {
            return over.await;
        };
        loop {
            tokio::select! {
                event = subscription.next() => match event {
                    Some(Event::Values { variables, initial, .. }) => {
                        if is_ready(&variables) && !(initial && self.button) {
                            self.hint.ready();
                        }
                    }
                    Some(_) => {}
                    None => return over.await,
                },
                () = &mut over => break,
            }
        }
        subscription.close().await;
    }
}

/// Subscribes on the unprotected base, where the standard has eventing, else on the
/// protected one.
async fn subscribe(
    management: &Management,
    udn: &str,
    connection: &SecureConnection,
    service: &ServiceRef,
) -> Option<Subscription> {
    let plain = management
        .inventory()
        .get(udn)
        .and_then(|entry| entry.device.clone());
    if let Some(device) = plain {
        if let Ok(service) = device.service("DeviceProtection") {
            let control_point = &management.inner.control_point;
            match control_point.subscribe(&device, &service, None).await {
                Ok(subscription) => return Some(subscription),
                Err(error) => tracing::debug!(%error, "no events on the unprotected side"),
            }
        }
    }
    let control_point = management.secured().await.ok()?;
    let device = control_point.describe_secure(connection).await.ok()?;
    match control_point
        .subscribe(&device, service, Some(connection))
        .await
    {
        Ok(subscription) => Some(subscription),
        Err(error) => {
            tracing::debug!(%error, "no events; the timer decides");
            None
        }
    }
}

/// The state variable is a boolean, and comes in every spelling.
fn is_ready(variables: &[(String, String)]) -> bool {
    variables.iter().any(|(name, value)| {
        name == "SetupReady"
            && matches!(
                value.trim().to_ascii_lowercase().as_str(),
                "1" | "true" | "yes"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::is_ready;

    #[test]
    fn readiness_comes_in_every_spelling() {
        let event = |value: &str| vec![("SetupReady".to_owned(), value.to_owned())];
        for yes in ["1", " true ", "YES"] {
            assert!(is_ready(&event(yes)), "{yes}");
        }
        for no in ["0", "false", "", "2"] {
            assert!(!is_ready(&event(no)), "{no}");
        }
        assert!(!is_ready(&[("Other".to_owned(), "1".to_owned())]));
    }
}
