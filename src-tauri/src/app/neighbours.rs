//! Finding gateways, and what they tell before they are opened.

use std::sync::Arc;

use management::doctor::DoctorView;
use management::view::{DiscoveryView, GatewayView};
use management::Neighbourhood;

use super::{told, Answer, App};
use crate::card::CardView;
use crate::event::AppEvent;

impl App {
    /// Searches all adapters. Gateways are pushed as they answer; the result is the end.
    ///
    /// # Errors
    ///
    /// As [`management::Management::discover`].
    pub async fn discover(&self) -> Answer<DiscoveryView> {
        let management = self.management()?;
        (self.push)(AppEvent::SearchStarted {
            discovery: DiscoveryView {
                interfaces: management.interfaces().map_err(told)?,
                devices: management.gateways(),
            },
        });
        let found = management
            .discover(None, |gateway| {
                (self.push)(AppEvent::GatewayFound {
                    gateway: Box::new(gateway.clone()),
                });
            })
            .await
            .map_err(told)?;
        // Gateways of earlier days that kept silent stay in the list.
        Ok(DiscoveryView {
            devices: management.gateways(),
            ..found
        })
    }

    /// Watches the network for as long as the window lives, and pushes what changes.
    pub async fn watch_network(&self) {
        let Ok(management) = self.management() else {
            return;
        };
        let push = Arc::clone(&self.push);
        let watched = management.watch_network(move |news| {
            push(match news {
                Neighbourhood::Device(gateway) => AppEvent::GatewayFound { gateway },
                Neighbourhood::Interfaces(interfaces) => AppEvent::InterfacesChanged { interfaces },
            });
        });
        if let Err(error) = watched.await {
            // The list stays as the last search left it; a search tells the person.
            tracing::warn!(%error, "the network is no longer watched");
        }
    }

    /// Finds out why a search shows nothing.
    ///
    /// # Errors
    ///
    /// As [`management::Management::why_nothing`].
    pub async fn why_nothing(&self) -> Answer<DoctorView> {
        let management = self.management()?;
        let told_why = management.why_nothing().await.map_err(told)?;
        // It searched as well: whoever answered this time belongs in the list.
        for gateway in management.gateways() {
            (self.push)(AppEvent::GatewayFound {
                gateway: Box::new(gateway),
            });
        }
        Ok(told_why)
    }

    /// What a gateway tells about itself to the roles held. Nothing is changed there.
    ///
    /// # Errors
    ///
    /// As [`management::Management::show`].
    pub async fn show(&self, udn: &str) -> Answer<CardView> {
        let shown = self.management()?.show(udn).await.map_err(told);
        // Whether it answered, and its software version, show in the list as well.
        self.push_gateway(udn);
        shown.map(CardView::from)
    }

    /// Asks one address or description URL.
    ///
    /// # Errors
    ///
    /// As [`management::Management::add_by_address`].
    pub async fn add_by_address(&self, address: &str) -> Answer<GatewayView> {
        self.management()?
            .add_by_address(address)
            .await
            .map_err(told)
    }
}
