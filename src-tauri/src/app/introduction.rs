//! Being introduced to a gateway, logging in there, and forgetting it.

use dp_credentials::secrets::Secret;
use dp_credentials::wps::Pin;
use management::view::{FirstContactView, PairingView, RolesView, TrustView};
use management::{introduction_control, Ask, PairingWish};
use tokio::runtime::Handle;

use super::{told, Answer, App};
use crate::event::AppEvent;
use crate::wish::PairWish;

impl App {
    /// Shows who is there before a PIN is typed.
    ///
    /// # Errors
    ///
    /// As [`management::Management::first_contact`].
    pub async fn first_contact(&self, udn: &str) -> Answer<FirstContactView> {
        self.management()?
            .first_contact(udn, Ask::Methods)
            .await
            .map_err(told)
    }

    /// Runs an introduction, the way the person wishes.
    ///
    /// # Errors
    ///
    /// As [`management::Management::pair`].
    pub async fn pair(&self, udn: &str, wish: PairWish) -> Answer<PairingView> {
        let management = self.management()?;
        let wish = PairingWish::try_from(wish).map_err(told)?;
        let (control, signals) = introduction_control();
        self.introductions().insert(udn.to_owned(), control);
        // An introduction holds its progress closure across awaits and is bound to one
        // thread; it gets this one until it ends, while the runtime adds another.
        let paired = tokio::task::block_in_place(|| {
            Handle::current().block_on(management.pair(udn, wish, signals, |now| {
                (self.push)(AppEvent::PairingProgress {
                    udn: udn.to_owned(),
                    step: now.step,
                    seconds: now.seconds,
                    attempt: now.attempt,
                    attempts: now.attempts,
                });
            }))
        });
        self.introductions().remove(udn);
        let paired = paired.map_err(told)?;
        self.push_gateway(udn);
        Ok(paired)
    }

    /// The PIN a gateway shows, for an introduction that waits for it.
    ///
    /// # Errors
    ///
    /// [`management::Error::NotPin`]; no try is spent.
    pub fn enter_pin(&self, udn: &str, pin: &Secret<String>) -> Answer<()> {
        let pin = Pin::parse(pin.expose()).map_err(|error| told(error.into()))?;
        if let Some(control) = self.introductions().get(udn) {
            control.enter_pin(pin);
        }
        Ok(())
    }

    /// Since when and how a gateway is trusted; nothing for a stranger.
    ///
    /// # Errors
    ///
    /// As [`management::Management::trust_view`].
    pub async fn trust(&self, udn: &str) -> Answer<Option<TrustView>> {
        self.management()?.trust_view(udn).await.map_err(told)
    }

    /// The button of the gateway was pressed: an introduction that waits for it goes on.
    pub fn button_pressed(&self, udn: &str) {
        if let Some(control) = self.introductions().get(udn) {
            control.button_pressed();
        }
    }

    /// Stops an introduction under way; the gateway is told.
    pub fn cancel_pairing(&self, udn: &str) {
        if let Some(control) = self.introductions().get(udn) {
            control.cancel();
        }
    }

    /// Logs a user in on the connection of a gateway.
    ///
    /// # Errors
    ///
    /// As [`management::Management::log_in`].
    pub async fn login(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Answer<RolesView> {
        let roles = self
            .management()?
            .log_in(udn, name, password)
            .await
            .map_err(told)?;
        self.push_session(udn);
        Ok(roles)
    }

    /// Logs the user out.
    ///
    /// # Errors
    ///
    /// As [`management::Management::log_out`].
    pub async fn logout(&self, udn: &str) -> Answer<RolesView> {
        let roles = self.management()?.log_out(udn).await.map_err(told)?;
        self.push_session(udn);
        Ok(roles)
    }

    /// Drops trust and secrets for a gateway.
    ///
    /// # Errors
    ///
    /// As [`management::Management::forget`].
    pub async fn forget(&self, udn: &str) -> Answer<()> {
        self.management()?.forget(udn).await.map_err(told)?;
        self.push_gateway(udn);
        Ok(())
    }
}
