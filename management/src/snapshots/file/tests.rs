//! What is written is read; what makes no sense is refused with words.

use super::*;
use proptest::prelude::*;

fn content(parameters: Vec<Parameter>) -> Content {
    Content {
        name: "Vor dem Umbau, „alt“".into(),
        time: "2026-01-31T12:00:00Z".into(),
        origin: SnapshotOrigin {
            udn: "uuid:1".into(),
            friendly_name: Some("Box \"oben\"".into()),
            location: "/BBF/".into(),
            root: "Device.".into(),
            index_base: Some(0),
            ..SnapshotOrigin::default()
        },
        parameters,
    }
}

fn parameter(path: &str, value: Option<&str>, secret: bool) -> Parameter {
    Parameter {
        path: path.replace('/', "."),
        upnp_path: path.into(),
        value: value.map(str::to_owned),
        secret,
    }
}

const FORMATS: [FileFormat; 2] = [FileFormat::Json, FileFormat::Csv];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_tree_comes_back(values in prop::collection::btree_map("/[A-Za-z]{1,8}/[0-9]{1,3}/[A-Za-z][A-Za-z0-9_]{0,8}", (".{0,30}|[=+@'\"\r\n,-]{0,5}", 0..3_u8), 0..40)) {
        let parameters = values.into_iter().map(|(path, (value, kind))| match kind {
            0 => parameter(&path, Some(&value), false),
            1 => parameter(&path, Some(&value), true),
            _ => parameter(&path, None, true),
        });
        let content = content(parameters.collect());
        for format in FORMATS {
            prop_assert_eq!(read(&write(&content, format)), Ok(content.clone()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}|(#,\"\\{.{0,40}\\}\"\r\n.{0,60})") {
        read(&text).ok();
    }
}

#[test]
fn a_spreadsheet_sees_no_formula() {
    let text = write(
        &content(vec![parameter("/A/B", Some("=cmd|'/c calc'!A0"), false)]),
        FileFormat::Csv,
    );
    assert!(text.contains(",'=cmd"), "{text}");
}

#[test]
fn hostile_files_are_refused_in_words() {
    let good = write(
        &content(vec![parameter("/A/B", Some("1"), false)]),
        FileFormat::Json,
    );
    assert!(read(&good).is_ok());
    let csv = write(
        &content(vec![parameter("/A/B", Some("1"), false)]),
        FileFormat::Csv,
    );
    let twice = content(vec![
        parameter("/A/B", Some("1"), false),
        parameter("/A/B", Some("2"), false),
    ]);
    let large = "x".repeat(limits::SNAPSHOT_VALUE_OCTETS + 1);
    let cases = [
        String::new(),
        "{".repeat(100_000),
        "[".repeat(100_000),
        good.replace("lanside-snapshot", "other"),
        good.replace("\"version\": 1", "\"version\": 2"),
        good.replace("/A/B", "no path"),
        good.replace("/A/B", "/A/"),
        good.replace("\"value\": \"1\"", "\"value\": null"),
        csv.replace("upnp_path", "other"),
        csv.replace("/A/B", "\"/A/B"),
        format!("{csv}a,b,c,d,e,f,g"),
        format!("{csv}/A/C,/A/C,1,perhaps"),
        write(&twice, FileFormat::Csv),
        write(
            &content(vec![parameter("/A/B", Some(&large), false)]),
            FileFormat::Json,
        ),
        " ".repeat(limits::SNAPSHOT_FILE_OCTETS + 1),
    ];
    for text in cases {
        let refused = read(&text).expect_err("no snapshot");
        assert!(!refused.is_empty() && refused.len() < 200, "{refused}");
    }
}
