//! One description a gateway, replaced and bounded, gone with the gateway.

use super::*;

fn kept(udn: &str, read_at: &str, document: &[u8]) -> KeptDescription {
    KeptDescription {
        udn: udn.into(),
        location: "https://192.0.2.1:49153/desc.xml".into(),
        charset: Some("utf-8".into()),
        config_id: Some(3),
        read_at: read_at.into(),
        document: document.into(),
    }
}

#[test]
fn one_description_is_kept_for_a_gateway() {
    let fixture = Fixture::new();
    let store = fixture.open();
    assert_eq!(store.description(UDN).expect("reads"), None);
    store
        .keep_description(&kept(UDN, TIME, b"<root/>"))
        .expect("keeps");
    let newer = KeptDescription {
        charset: None,
        config_id: None,
        ..kept(UDN, "2026-02-01T12:00:00Z", b"<root>\0\xff</root>")
    };
    store
        .keep_description(&KeptDescription {
            udn: UDN.to_uppercase(),
            ..newer.clone()
        })
        .expect("keeps");
    drop(store);
    let found = fixture.open().description(UDN).expect("reads");
    let found = found.expect("it is kept");
    assert_eq!(found.document, newer.document);
    assert_eq!((found.charset, found.config_id), (None, None));
}

#[test]
fn a_description_that_is_too_large_leaves_none() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let large = kept(UDN, TIME, &vec![b' '; limits::DESCRIPTION_OCTETS + 1]);
    for keep in [Store::keep_description, Store::renew_description] {
        store
            .keep_description(&kept(UDN, TIME, b"<root/>"))
            .expect("keeps");
        keep(&store, &large).expect("no error");
        assert_eq!(store.description(UDN).expect("reads"), None);
    }
}

#[test]
fn a_forgotten_gateway_is_not_renewed() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let description = kept(UDN, TIME, b"<root/>");
    for forget in [
        Store::drop_gateway_record,
        Store::forget_gateway,
        Store::drop_description,
    ] {
        store.keep_description(&description).expect("keeps");
        let later = KeptDescription {
            read_at: "2026-02-01T12:00:00Z".into(),
            ..description.clone()
        };
        store.renew_description(&later).expect("renews");
        assert_eq!(store.description(UDN).expect("reads"), Some(later));
        forget(&store, &UDN.to_uppercase()).expect("forgets");
        store.renew_description(&description).expect("no error");
        assert_eq!(store.description(UDN).expect("reads"), None);
    }
}

#[test]
fn the_description_read_longest_ago_goes_first() {
    let fixture = Fixture::new();
    let store = fixture.open();
    for number in 0..=limits::DESCRIPTIONS {
        let time = format!("2026-01-31T12:{:02}:{:02}Z", number / 60, number % 60);
        store
            .keep_description(&kept(&format!("uuid:{number}"), &time, b"<root/>"))
            .expect("keeps");
    }
    assert_eq!(store.description("uuid:0").expect("reads"), None);
    let first_left = store.description("uuid:1").expect("reads");
    assert!(first_left.is_some());
}
