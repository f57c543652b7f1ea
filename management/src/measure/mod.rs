//! Numbers for pictures: the tones of a DSL line, how crowded the Wi-Fi channels are, and
//! traffic counters as rates.

mod channels;
mod line;
mod traffic;

pub use channels::{BandView, ChannelView, ChannelsView};
pub use line::{LineTones, LineTonesView, Tones};
pub use traffic::{InterfaceRate, TrafficView};

use std::time::Duration;

use tokio::time::{sleep, Instant};

use crate::application::Management;
use crate::clock;
use crate::diagnostics::{TestKind, TestResult};
use crate::error::Error;
use crate::limits;
use crate::picked::Picked;
use crate::session::Session;

/// Where a gateway has what is measured: in Device:2, or in the older InternetGatewayDevice:1.
fn places<'a>(session: &Session, newer: &'a [&'a str], older: &'a [&'a str]) -> &'a [&'a str] {
    if session.is_older() {
        older
    } else {
        newer
    }
}

impl Management {
    /// What the DSL lines of a gateway measured for each group of tones. No test is started;
    /// a gateway without DSL has none.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering.
    pub async fn line_tones(&self, udn: &str) -> Result<LineTonesView, Error> {
        let session = self.open_gateway(udn).await?;
        let read = places(&session, &["DSL/Line/"], &["WANDevice/"]);
        let picked = Picked::read(&session, read).await?;
        Ok(LineTonesView {
            udn: udn.to_owned(),
            time: clock::now(),
            lines: line::of(&picked),
        })
    }

    /// How crowded the Wi-Fi channels around a gateway are, by the latest look around that was
    /// started from this computer ([`TestKind::Neighbours`]), and where its own radios are now.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from answering.
    pub async fn wifi_channels(&self, udn: &str) -> Result<ChannelsView, Error> {
        let history = self.test_history(udn).await?;
        let looked = history.into_iter().find_map(|test| match test.result {
            Some(TestResult::Networks { networks }) if test.kind == TestKind::Neighbours => {
                Some((test.started, networks))
            }
            _ => None,
        });
        let session = self.open_gateway(udn).await?;
        let read = places(&session, &["WiFi/Radio/"], &["LANDevice/"]);
        let picked = Picked::read(&session, read).await?;
        let (looked_at, networks) = match looked {
            Some((time, networks)) => (Some(time), networks),
            None => (None, Vec::new()),
        };
        Ok(ChannelsView {
            udn: udn.to_owned(),
            looked_at,
            bands: channels::bands(&channels::own_radios(&picked), &networks),
        })
    }

    /// Reads the traffic counters again and again and gives rates, one view each time but the
    /// first, until the future is dropped or `times` views were given.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering.
    pub async fn follow_traffic(
        &self,
        udn: &str,
        every: Duration,
        times: Option<u32>,
        mut on_rates: impl FnMut(TrafficView) + Send,
    ) -> Result<(), Error> {
        let every = every.max(limits::FOLLOW_EVERY_LEAST);
        let mut before: Option<(Instant, Vec<traffic::Counters>)> = None;
        let mut given = 0;
        while times.is_none_or(|times| given < times) {
            let session = self.open_gateway(udn).await?;
            let read = places(&session, &traffic::READ, &traffic::READ_OLDER);
            let picked = Picked::read(&session, read).await?;
            let (at, counters) = (Instant::now(), traffic::counters(&picked));
            if let Some((earlier, old)) = &before {
                let seconds = at.duration_since(*earlier).as_secs_f64();
                given += 1;
                on_rates(TrafficView {
                    time: clock::now_precise(),
                    seconds,
                    interfaces: traffic::rates(old, &counters, seconds),
                });
            }
            before = Some((at, counters));
            if times.is_none_or(|times| given < times) {
                sleep(every).await;
            }
        }
        Ok(())
    }
}
