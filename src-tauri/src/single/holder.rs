//! Who holds a name on the session bus: a program that answers, or one that only ends or hangs.
//!
//! A program that was killed holds its name until the system has put all of it away. Who is asked
//! meanwhile whether a start may go on would leave the work to a program that is no more.

use std::time::{Duration, Instant};

use zbus::blocking::{connection::Builder, fdo::DBusProxy, Connection};
use zbus::fdo;
use zbus::names::BusName;

/// How long one question waits for its answer.
const ANSWER: Duration = Duration::from_secs(1);
/// How long one that does not answer may take to end.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(30);

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// Nobody holds it, or there is no bus to ask.
    Nobody,
    /// A program that takes what it is given.
    Answers,
    /// A program that neither answers nor ends.
    Hangs,
}

/// Who holds the name; waits for one that ends just now.
pub(super) fn holder_of(name: &str) -> Holder {
    match ask(name) {
        Ok(holder) => holder,
        Err(error) => {
            tracing::debug!(%error, "the session bus does not say who holds the program's name");
            Holder::Nobody
        }
    }
}

fn ask(name: &str) -> zbus::Result<Holder> {
    let connection = Builder::session()?.method_timeout(ANSWER).build()?;
    let bus = DBusProxy::new(&connection)?;
    let name = BusName::try_from(name)?;
    let until = Instant::now() + PATIENCE;
    loop {
        match bus.get_name_owner(name.clone()) {
            Ok(owner) if answers(&connection, owner.as_str()) => return Ok(Holder::Answers),
            Ok(_) if Instant::now() >= until => return Ok(Holder::Hangs),
            Ok(_) => std::thread::sleep(PAUSE),
            Err(fdo::Error::NameHasNoOwner(_)) => return Ok(Holder::Nobody),
            Err(error) => return Err(error.into()),
        }
    }
}

fn answers(connection: &Connection, owner: &str) -> bool {
    let peer = Some("org.freedesktop.DBus.Peer");
    connection
        .call_method(Some(owner), "/", peer, "Ping", &())
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds a name and hears nothing: nothing reads what comes in.
    fn deaf(name: &str) -> Option<zbus::Connection> {
        let builder = zbus::connection::Builder::session().ok()?;
        let build = builder
            .name(name)
            .expect("a name")
            .internal_executor(false)
            .build();
        zbus::block_on(build).ok()
    }

    /// Whether there is a session bus; a machine without one has nobody to find.
    fn bus() -> bool {
        Connection::session().is_ok()
    }

    #[test]
    fn a_name_nobody_holds_is_free() {
        assert_eq!(holder_of("org.lanside.test.nobody"), Holder::Nobody);
        assert_eq!(holder_of("no name at all"), Holder::Nobody);
    }

    #[test]
    fn one_that_answers_is_found() {
        if !bus() {
            return;
        }
        let name = "org.lanside.test.answers";
        let held = Builder::session().and_then(|builder| builder.name(name)?.build());
        let held = held.expect("a connection");
        // Whoever serves nothing answers nothing.
        let _served = held.object_server();
        assert_eq!(holder_of(name), Holder::Answers);
    }

    #[test]
    fn one_that_ends_is_waited_for_and_one_that_hangs_is_not() {
        if !bus() {
            return;
        }
        let hangs = "org.lanside.test.hangs";
        let held = deaf(hangs).expect("a connection");
        assert_eq!(holder_of(hangs), Holder::Hangs);
        let ending = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            drop(held);
        });
        assert_eq!(holder_of(hangs), Holder::Nobody);
        ending.join().expect("the thread");
    }
}
