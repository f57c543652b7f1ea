//! Numbers for pictures: tones of a line, crowded channels, traffic as rates.

use std::sync::PoisonError;

use management::measure::{ChannelsView, LineTonesView};
use management::view::Code;
use management::{clock, limits};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::{told, Answer, App};
use crate::event::{AppEvent, TrafficNews};

impl App {
    /// What the DSL lines measured for each group of tones.
    ///
    /// # Errors
    ///
    /// As [`management::Management::line_tones`].
    pub async fn line_tones(&self, udn: &str) -> Answer<LineTonesView> {
        self.management()?.line_tones(udn).await.map_err(told)
    }

    /// How crowded the Wi-Fi channels are, by the latest look around.
    ///
    /// # Errors
    ///
    /// As [`management::Management::wifi_channels`].
    pub async fn wifi_channels(&self, udn: &str) -> Answer<ChannelsView> {
        self.management()?.wifi_channels(udn).await.map_err(told)
    }

    /// Tells rates of the traffic counters until [`App::unwatch_traffic`]. A gateway that does
    /// not answer leaves a gap and is asked again.
    ///
    /// # Errors
    ///
    /// What asking again does not cure, as [`management::Management::follow_traffic`].
    pub async fn watch_traffic(&self, udn: &str) -> Answer<()> {
        let management = self.management()?;
        let (stop, stopped) = oneshot::channel();
        self.end_traffic(udn, Some(stop));
        let push = |news| {
            (self.push)(AppEvent::Traffic {
                udn: udn.to_owned(),
                news,
            });
        };
        let following = async {
            loop {
                let ended = management
                    .follow_traffic(udn, limits::TRAFFIC_EVERY, None, |rates| {
                        push(TrafficNews::Rates { rates });
                    })
                    .await
                    .map_err(told);
                match ended {
                    Err(failure) if failure.code == Code::Unreachable => {
                        push(TrafficNews::Silent {
                            time: clock::now_precise(),
                        });
                        sleep(limits::TRAFFIC_EVERY).await;
                    }
                    other => return other,
                }
            }
        };
        tokio::select! {
            followed = following => followed,
            _ = stopped => Ok(()),
        }
    }

    /// Tells no more rates.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn unwatch_traffic(&self, udn: &str) -> Answer<()> {
        self.management()?;
        self.end_traffic(udn, None);
        Ok(())
    }

    /// Dropping the sender of the old one ends it.
    fn end_traffic(&self, udn: &str, next: Option<oneshot::Sender<()>>) {
        let mut watches = self.traffic.lock().unwrap_or_else(PoisonError::into_inner);
        match next {
            Some(stop) => watches.insert(udn.to_owned(), stop),
            None => watches.remove(udn),
        };
    }
}
