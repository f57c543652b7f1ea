//! Drafts, and that no secret lies in the files in clear.

use super::*;

/// Whether any file of the store holds the text, in UTF-8 or UTF-16.
fn lies_in_clear(directory: &Path, text: &str) -> bool {
    let needles = [
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    std::fs::read_dir(directory)
        .expect("lists")
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("reads"))
        .any(|bytes| {
            needles
                .iter()
                .any(|needle| bytes.windows(needle.len()).any(|window| window == needle))
        })
}

#[test]
fn a_parameter_has_one_draft() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store
        .stage(&[draft(SSID, Some("Old"), "First")], &fixture.sealer)
        .expect("stages");
    store
        .stage(&[draft(SSID, Some("Old"), "Second")], &fixture.sealer)
        .expect("stages");
    assert_eq!(
        fixture.drafts(&store, UDN),
        [(SSID.into(), Some("Old".into()), "Second".into())]
    );
    assert!(store.discard_draft(UDN, SSID).expect("discards"));
    assert!(!store.discard_draft(UDN, SSID).expect("discards"));
    store
        .stage(
            &[draft("A", None, "1"), draft("B", None, "")],
            &fixture.sealer,
        )
        .expect("stages");
    assert_eq!(store.discard_drafts(UDN).expect("discards"), 2);
}

#[test]
fn drafts_beyond_a_bound_are_refused_whole() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let too_long = "x".repeat(limits::VALUE_OCTETS + 1);
    let outcome = store.stage(
        &[draft("A", None, "1"), draft("B", None, &too_long)],
        &fixture.sealer,
    );
    assert!(
        matches!(outcome, Err(StoreError::TooLarge { .. })),
        "{outcome:?}"
    );
    let too_many: Vec<_> = (0..=limits::DRAFTS_PER_GATEWAY)
        .map(|number| draft(&format!("P{number}"), None, "1"))
        .collect();
    let outcome = store.stage(&too_many, &fixture.sealer);
    assert!(
        matches!(outcome, Err(StoreError::TooLarge { .. })),
        "{outcome:?}"
    );
    assert!(fixture.drafts(&store, UDN).is_empty());
}

#[test]
fn secrets_never_lie_in_the_files_in_clear() {
    let fixture = Fixture::new();
    let own = Draft {
        new: DraftValue::Secret(Secret::new("marked-by-caller-7788".into())),
        old: Some("old-of-marked-7788".into()),
        ..draft("Device.X_MAKER_Thing.Code", None, "")
    };
    let secrets = [
        "marked-by-caller-7788",
        "old-of-marked-7788",
        "new-passphrase-4711",
        "old-passphrase-4711",
        "read-passphrase-4711",
        "maker-password-0815",
    ];
    {
        let store = fixture.open();
        store
            .stage(
                &[
                    own,
                    // Given in clear by mistake, in both notations: the store knows better.
                    draft(
                        PASSPHRASE,
                        Some("old-passphrase-4711"),
                        "new-passphrase-4711",
                    ),
                    draft(
                        "/BBF/X_MAKER_Thing/0/AdminPassword",
                        None,
                        "maker-password-0815",
                    ),
                    draft(SSID, Some("Old"), "visible-name-1234"),
                ],
                &fixture.sealer,
            )
            .expect("stages");
        let mut entry = store
            .begin_change(
                UDN,
                TIME,
                vec![
                    change(PASSPHRASE, "old-passphrase-4711", "new-passphrase-4711"),
                    change(SSID, "Old", "visible-name-1234"),
                ],
                None,
            )
            .expect("begins");
        assert_eq!(entry.changes[0].new, JournalValue::Secret);
        assert_eq!(entry.changes[0].old, JournalValue::Secret);
        assert_eq!(entry.changes[0].read_back, JournalValue::None);
        entry.state = JournalState::Verified;
        entry.changes[0].read_back = JournalValue::Value("read-passphrase-4711".into());
        store.finish_change(&entry).expect("finishes");
        let kept = store
            .journal_entry(entry.id)
            .expect("reads")
            .expect("is there");
        assert_eq!(kept.changes[0].read_back, JournalValue::Secret);
        // While open, the write-ahead log is looked through as well.
        assert!(
            lies_in_clear(fixture.directory.path(), "visible-name-1234"),
            "the search works"
        );
        for secret in secrets {
            assert!(!lies_in_clear(fixture.directory.path(), secret), "{secret}");
        }
    }
    for secret in secrets {
        assert!(
            !lies_in_clear(fixture.directory.path(), secret),
            "{secret}, closed"
        );
    }
    let store = fixture.open();
    assert_eq!(
        fixture.drafts(&store, UDN),
        [
            (
                "/BBF/X_MAKER_Thing/0/AdminPassword".into(),
                None,
                "maker-password-0815".into()
            ),
            (PASSPHRASE.into(), None, "new-passphrase-4711".into()),
            (SSID.into(), Some("Old".into()), "visible-name-1234".into()),
            (
                "Device.X_MAKER_Thing.Code".into(),
                None,
                "marked-by-caller-7788".into()
            ),
        ]
    );
}

#[test]
fn a_lost_key_hides_secret_drafts_only() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store
        .stage(
            &[
                draft(PASSPHRASE, None, "passphrase"),
                draft(SSID, None, "Name"),
            ],
            &fixture.sealer,
        )
        .expect("stages");
    for key in [None, Some(vec![7; 32]), Some(vec![7; 5])] {
        fixture.secrets.remove(KEY_NAME).expect("removes");
        if let Some(key) = key {
            fixture
                .secrets
                .write(KEY_NAME, &Secret::new(key))
                .expect("writes");
        }
        let sealer = SecretSealer::new(Arc::clone(&fixture.secrets) as Arc<dyn SecretStore>);
        let stored = store.drafts(UDN, &sealer).expect("reads");
        assert_eq!(stored.drafts.len(), 1);
        assert_eq!(stored.unreadable.len(), 1);
        assert_eq!(stored.unreadable[0].path, PASSPHRASE);
        assert!(matches!(stored.unreadable[0].reason, SealError::Broken));
    }
}
