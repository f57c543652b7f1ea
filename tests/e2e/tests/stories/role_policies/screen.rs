//! A gateway with a screen: it makes a PIN when it is asked to begin, so a person can type it only then.

use std::sync::{Arc, LazyLock};

use dp_credentials::identity::Identity;
use dp_credentials::trust::Expectation;
use dp_credentials::wps::registrar::Method;
use dp_credentials::wps::Pin;
use lanside_e2e::{seconds, wrong_second_half, RunningGateway};
use upnp::driver::{introduction_control, ControlPoint, IntroductionProgress, Location, Options};
use upnp::services::device_protection::DeviceProtection;
use upnp::Error;

use super::{pair, serve, ADMIN, KEYS};

static IDENTITY: LazyLock<Arc<Identity>> =
    LazyLock::new(|| Arc::new(Identity::generate("Screen").expect("an identity")));

/// Is introduced by somebody who reads the screen and types what `typed` makes of it. Gives the roles, and what was
/// on the screen.
async fn introduce(
    gateway: &mut RunningGateway,
    typed: impl Fn(&str) -> String + Send + Sync,
) -> (Result<Vec<String>, Error>, String) {
    let location = gateway.told("secure_location");
    let mut seen = String::new();
    let introduced = async {
        let point = ControlPoint::new(Options {
            interfaces: vec!["127.0.0.1".to_owned()],
            timeout: seconds(10),
            identity: Some(IDENTITY.clone()),
            ..Options::default()
        })?;
        let location: Location = location.parse()?;
        let connection = point.connect(location, Expectation::FirstContact).await?;
        let device = point.describe_secure(&connection).await?;
        let service = device.service("DeviceProtection")?;
        let (control, signals) = introduction_control();
        let mut progress = |news| {
            if let IntroductionProgress::PinNeeded(_) = news {
                seen = gateway.pin_on_screen();
                control.enter_pin(Pin::parse(&typed(&seen)).expect("a PIN"));
            }
        };
        let method = Method::PinToCome;
        point
            .introduce(&connection, &service, method, "e2e", signals, &mut progress)
            .await?;
        let roles = DeviceProtection::new(&connection, service)
            .get_assigned_roles()
            .await?;
        let mut roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        roles.sort_unstable();
        Ok(roles)
    };
    let outcome = introduced.await;
    (outcome, seen)
}

#[tokio::test]
async fn the_pin_on_the_screen_gives_admin() {
    let mut gateway = serve("screen-pin", &[]);
    let (roles, _) = introduce(&mut gateway, str::to_owned).await;
    assert_eq!(roles.expect("the PIN of the screen"), ADMIN);
}

#[tokio::test]
async fn a_pin_that_was_on_the_screen_is_void() {
    let mut gateway = serve("screen-pin", &[]);
    let (wrong, first) = introduce(&mut gateway, wrong_second_half).await;
    assert!(
        matches!(wrong, Err(Error::WrongPin { half: Some(2), .. })),
        "{wrong:?}"
    );
    let (old, second) = introduce(&mut gateway, |_| first.clone()).await;
    assert!(matches!(old, Err(Error::WrongPin { .. })), "{old:?}");
    assert_ne!(first, second, "every run has a PIN of its own");
    let (right, third) = introduce(&mut gateway, str::to_owned).await;
    assert_eq!(right.expect("the PIN of the screen"), ADMIN);
    assert!(third != first && third != second);
}

#[test]
fn a_pin_typed_before_one_is_shown_is_refused() {
    let (mut gateway, lanside) = (serve("screen-pin", &[]), KEYS.lanside());
    let label = gateway.told("pin");
    pair(&lanside, &gateway, &label).failed(5, "PinRejected");
    assert_ne!(gateway.pin_on_screen(), label);
    let shown = lanside.run(&["show", &gateway.told("location")]).done();
    assert_eq!(shown["state"], "new");
}
