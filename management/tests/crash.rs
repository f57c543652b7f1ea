//! The text of a crash. Alone in its program: the hook is one for a whole process.

use std::process::Command;

const CHILD: &str = "LANSIDE_TEST_CRASHES";

#[test]
fn a_crash_tells_the_place_and_no_value() {
    if let Ok(how) = std::env::var(CHILD) {
        management::crash::tell_places_only();
        if how == "with a value" {
            let pin = "12345670"
                .parse::<u8>()
                .map_err(|error| format!("12345670: {error}"));
            pin.expect("the PIN is small");
        }
        unreachable!();
    }
    let crashed = |how: &str| {
        let this = std::env::current_exe().expect("this test");
        let mut child = Command::new(this);
        child.args([
            "--exact",
            "a_crash_tells_the_place_and_no_value",
            "--nocapture",
        ]);
        let output = child.env(CHILD, how).output().expect("it runs");
        assert!(!output.status.success(), "it has to crash: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let text = crashed("with a value");
    assert!(text.contains("crash.rs:"), "{text}");
    assert!(!text.contains("12345670"), "{text}");
    let text = crashed("without");
    assert!(text.contains("entered unreachable code"), "{text}");
}
