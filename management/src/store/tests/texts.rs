//! What is typed and no draft yet comes back, bounded, and never in clear where it is a secret.

use super::*;

fn typed(place: &str, text: DraftValue) -> TypedText {
    TypedText {
        place: place.into(),
        text,
    }
}

fn plain(text: &str) -> DraftValue {
    DraftValue::Plain(text.into())
}

impl Fixture {
    fn keep(&self, store: &Store, place: &str, text: DraftValue, time: &str) {
        store
            .keep_text(UDN, &typed(place, text), time, &self.sealer)
            .expect("keeps");
    }

    fn texts(&self, store: &Store, udn: &str) -> Vec<(String, String)> {
        let texts = store.texts(udn, &self.sealer).expect("reads");
        texts
            .into_iter()
            .map(|one| (one.place, one.text.expose().to_owned()))
            .collect()
    }
}

#[test]
fn the_last_text_of_a_place_is_there_after_a_start() {
    let fixture = Fixture::new();
    let store = fixture.open();
    fixture.keep(&store, SSID, plain("Zum"), TIME);
    fixture.keep(&store, SSID, plain("Zum An"), TIME);
    fixture.keep(&store, "field", plain("anna"), TIME);
    drop(store);
    let store = fixture.open();
    let both = [
        (SSID.into(), "Zum An".into()),
        ("field".into(), "anna".into()),
    ];
    assert_eq!(fixture.texts(&store, &UDN.to_uppercase()), both);
    assert_eq!(fixture.texts(&store, OTHER), []);
    store
        .forget_texts(UDN, &[SSID, "nowhere"])
        .expect("forgets");
    assert_eq!(fixture.texts(&store, UDN), both[1..]);
}

#[test]
fn a_secret_is_sealed_and_stays_where_it_belongs() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let secret = DraftValue::Secret(Secret::new("einwahl-9731".to_owned()));
    fixture.keep(&store, "password", secret, TIME);
    // Whatever the caller believed: this one is a secret by its name.
    fixture.keep(&store, PASSPHRASE, plain("Leuchtturm 1887"), TIME);
    assert_eq!(fixture.texts(&store, UDN).len(), 2);
    for file in std::fs::read_dir(fixture.directory.path()).expect("lists") {
        let octets = std::fs::read(file.expect("a file").path()).expect("reads");
        for clear in [&b"einwahl-9731"[..], b"Leuchtturm"] {
            assert!(!octets.windows(clear.len()).any(|at| at == clear));
        }
    }
    store
        .write(|transaction| {
            transaction.execute(
                "UPDATE texts SET place = 'name' WHERE place = 'password'",
                [],
            )?;
            Ok(())
        })
        .expect("moves it");
    let left = fixture.texts(&store, UDN);
    assert_eq!(left.len(), 1, "a password does not turn up as a name");
    assert_eq!(left[0].0, PASSPHRASE);
}

#[test]
fn of_too_many_the_oldest_goes() {
    let fixture = Fixture::new();
    let store = fixture.open();
    for number in 0..=limits::TEXTS_PER_GATEWAY {
        let time = format!("2026-01-31T12:{:02}:{:02}Z", number / 60, number % 60);
        fixture.keep(&store, &format!("/{number}"), plain("text"), &time);
    }
    let texts = fixture.texts(&store, UDN);
    assert_eq!(texts.len(), limits::TEXTS_PER_GATEWAY as usize);
    assert!(texts.iter().all(|(place, _)| place != "/0"));
    let long = typed("/long", plain(&"x".repeat(limits::VALUE_OCTETS + 1)));
    let refused = store.keep_text(UDN, &long, TIME, &fixture.sealer);
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
}
