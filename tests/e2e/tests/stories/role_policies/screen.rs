//! A gateway with a screen: it makes a PIN when it is asked to begin, so a person can type it only then.

use lanside_e2e::{wrong_second_half, Answer, Lanside, RunningGateway};

use super::{names, pair, roles, serve, ADMIN, KEYS};

/// `lanside pair --screen-pin` with somebody who reads the screen and types what `typed` makes of it. Gives what
/// was on the screen, too.
fn introduce(
    lanside: &Lanside,
    gateway: &mut RunningGateway,
    typed: impl Fn(&str) -> String,
) -> (Answer, String) {
    let location = gateway.told("location");
    let mut seen = String::new();
    let arguments = ["pair", location.as_str(), "--screen-pin"];
    let answer = lanside.run_by_hand(&arguments, "shows a PIN now", || {
        seen = gateway.pin_on_screen();
        Some(typed(&seen))
    });
    assert!(
        !format!("{answer:?}").contains(&seen),
        "the PIN is repeated"
    );
    (answer, seen)
}

#[test]
fn the_pin_on_the_screen_gives_admin() {
    let (mut gateway, lanside) = (serve("screen-pin", &[]), KEYS.lanside());
    let (paired, _) = introduce(&lanside, &mut gateway, str::to_owned);
    assert_eq!(names(&paired.done()), ADMIN);
    assert_eq!(roles(&lanside, &gateway), ADMIN);
}

#[test]
fn a_slip_at_the_keyboard_costs_nothing() {
    let (mut gateway, lanside) = (serve("screen-pin", &[]), KEYS.lanside());
    let (paired, _) = introduce(&lanside, &mut gateway, |pin| {
        let digit = if pin.ends_with('0') { '1' } else { '0' };
        format!("{}{digit}\n12\n{pin}", &pin[..7])
    });
    assert_eq!(
        paired
            .stderr
            .matches("Nothing was sent; type it again")
            .count(),
        2
    );
    assert_eq!(names(&paired.done()), ADMIN);
}

#[test]
fn a_pin_that_was_on_the_screen_is_void() {
    let (mut gateway, lanside) = (serve("screen-pin", &[]), KEYS.lanside());
    let (wrong, first) = introduce(&lanside, &mut gateway, wrong_second_half);
    let error = wrong.failed(5, "PinRejected");
    let said = error["message"].as_str().unwrap_or_default();
    assert!(said.contains("last four digits"), "{error}");
    let (old, second) = introduce(&lanside, &mut gateway, |_| first.clone());
    old.failed(5, "PinRejected");
    assert_ne!(first, second, "every run has a PIN of its own");
    assert!(!lanside.trusts(&gateway.told("udn")));
    let (right, third) = introduce(&lanside, &mut gateway, str::to_owned);
    assert_eq!(names(&right.done()), ADMIN);
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
