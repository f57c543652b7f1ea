//! Values that are followed while somebody looks at them.

use std::sync::PoisonError;
use std::time::Duration;

use management::{clock, limits, FollowNews};
use tokio::sync::oneshot;

use super::{told, Answer, App};
use crate::event::{AppEvent, WatchNews};

impl App {
    /// Follows values until [`App::unwatch`], or until others of the gateway are followed. They
    /// are read every `every_s` seconds, and oftener where events say so.
    ///
    /// # Errors
    ///
    /// As [`management::Management::follow_values`].
    pub async fn watch(&self, udn: &str, paths: &[String], every_s: u32) -> Answer<()> {
        let management = self.management()?;
        let (stop, stopped) = oneshot::channel();
        self.end_watch(udn, Some(stop));
        let push = |news| {
            (self.push)(AppEvent::Watched {
                udn: udn.to_owned(),
                news,
            });
        };
        let every = Duration::from_secs(every_s.into());
        let following = management.follow_values(udn, paths, every, |news| match news {
            FollowNews::Changed(mut change) => {
                change.shorten(limits::ROW_CHARACTERS);
                push(WatchNews::Changed { change });
            }
            FollowNews::By(how, reason) => push(WatchNews::By { how, reason }),
            FollowNews::Silent(reason) => push(WatchNews::Silent {
                time: clock::now(),
                reason,
            }),
            FollowNews::Back => push(WatchNews::Back { time: clock::now() }),
        });
        tokio::select! {
            followed = following => followed.map_err(told),
            _ = stopped => Ok(()),
        }
    }

    /// Follows the values of a gateway no longer.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn unwatch(&self, udn: &str) -> Answer<()> {
        self.management()?;
        self.end_watch(udn, None);
        Ok(())
    }

    /// Dropping the sender of the old watch ends it.
    fn end_watch(&self, udn: &str, next: Option<oneshot::Sender<()>>) {
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        match next {
            Some(stop) => watches.insert(udn.to_owned(), stop),
            None => watches.remove(udn),
        };
    }
}
