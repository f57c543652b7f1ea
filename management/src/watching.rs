//! The list of devices while it is on the screen: who comes, who leaves, who is silent.

use std::sync::{Mutex, PoisonError};

use tokio::task::JoinSet;
use upnp::driver::{DescribedDevice, NetworkChange};
use upnp::ssdp::message::SearchTarget;

use crate::application::Management;
use crate::error::Error;
use crate::finding::targets;
use crate::limits;
use crate::view::{GatewayState, GatewayView, InterfaceView};

/// What changed in the neighbourhood.
#[derive(Debug, Clone, PartialEq)]
pub enum Neighbourhood {
    /// A device came, changed, fell silent or came back.
    Device(Box<GatewayView>),
    /// The adapters searched through are these now.
    Interfaces(Vec<InterfaceView>),
}

impl Management {
    /// Watches the network until the future is dropped: announcements, a search now and then,
    /// adapters that come and go. Gateways known from before are asked where they were.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] when what was found cannot be kept.
    pub async fn watch_network(
        &self,
        on_news: impl FnMut(Neighbourhood) + Send,
    ) -> Result<(), Error> {
        let on_news = Mutex::new(on_news);
        let tell = |news: Neighbourhood| {
            let mut on_news = on_news.lock().unwrap_or_else(PoisonError::into_inner);
            (*on_news)(news);
        };
        let recalled = async {
            self.recall(|view| tell(Neighbourhood::Device(Box::new(view.clone()))))
                .await
        };
        let (_, watched) = tokio::join!(recalled, self.follow_changes(&tell));
        watched
    }

    async fn follow_changes(&self, tell: &(impl Fn(Neighbourhood) + Sync)) -> Result<(), Error> {
        let mut all = targets();
        all.push(SearchTarget::All);
        let mut watch = self.inner.control_point.watch(all);
        while let Some(change) = watch.next().await {
            let device = match change {
                NetworkChange::Found(device) => Some(self.note(*device).await?),
                NetworkChange::Silent(device) => self.inventory().silent(&device),
                NetworkChange::Gone(udn) => {
                    self.fell_silent(udn.as_str(), "It left the network, or was switched off.")
                }
                // Its description is read again and told as found.
                NetworkChange::Restarted(udn) => {
                    tracing::debug!(%udn, "restarted");
                    // It may have come back with other software.
                    self.drop_description(udn.as_str()).await;
                    None
                }
                NetworkChange::Adapters(adapters) => {
                    let interfaces = adapters.iter().map(|adapter| InterfaceView {
                        name: adapter.name.clone(),
                        address: adapter.address.to_string(),
                        left_out: None,
                    });
                    tell(Neighbourhood::Interfaces(interfaces.collect()));
                    None
                }
            };
            if let Some(view) = device {
                tell(Neighbourhood::Device(Box::new(view)));
            }
        }
        Ok(())
    }

    /// Asks the gateways of earlier runs where they were then, all at once, and hands out each
    /// that answers or does not.
    pub(crate) async fn recall(&self, mut on_known: impl FnMut(&GatewayView) + Send) {
        let mut asked: JoinSet<(String, Option<DescribedDevice>)> = JoinSet::new();
        for (udn, location) in self.inventory().remembered() {
            let control_point = self.inner.control_point.clone();
            asked.spawn(async move {
                let answer = control_point.describe(location);
                let answer = tokio::time::timeout(limits::RECALL_TIME, answer).await;
                let device = answer.ok().and_then(Result::ok);
                let same = device.filter(|device| device.udn().as_str().eq_ignore_ascii_case(&udn));
                (udn, same)
            });
        }
        while let Some(Ok((udn, device))) = asked.join_next().await {
            // A search may have found it meanwhile, wherever it is now.
            if self
                .inventory()
                .get(&udn)
                .is_none_or(|entry| entry.device.is_some())
            {
                continue;
            }
            let view = match device {
                Some(device) => match self.note(device).await {
                    Ok(view) => Some(view),
                    Err(error) => {
                        tracing::warn!(%error, "what answered cannot be kept");
                        None
                    }
                },
                None => self.fell_silent(&udn, "It does not answer where it was last."),
            };
            if let Some(view) = view {
                on_known(&view);
            }
        }
    }

    fn fell_silent(&self, udn: &str, reason: &str) -> Option<GatewayView> {
        self.inventory().update(udn, |view| {
            // Whatever is known about a changed certificate is worth more.
            if view.state != GatewayState::Changed {
                view.state = GatewayState::Silent;
                view.reason = Some(reason.to_owned());
            }
        })
    }
}
