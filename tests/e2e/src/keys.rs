//! Keys made once: RSA keys take longer to make than most stories.
//!
//! They are kept beside the programs, for every story of this and later runs: each story may be a
//! process of its own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::programs::{beside_the_tests, copy_files, Lanside, RunningGateway};

/// After this time other keys are made: certificates begin when they are made, and end.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Key and certificates of the gateway.
const OWN: &str = "identity.pem";
/// Key and certificates of somebody who stands between.
const IMPOSTOR: &str = "impostor.pem";
/// The secrets of the installation: its identity and nothing else.
const SECRETS: &str = "secrets";
/// Gateways of this process so far: each has a UDN of its own.
static SERVED: AtomicU32 = AtomicU32::new(0);

/// The certificates of gateways and the identity of an installation, for all stories.
pub struct Keys {
    kept: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Keys::new()
    }
}

impl Keys {
    /// Finds them, or makes them.
    pub fn new() -> Keys {
        let kept = beside_the_tests().join("e2e-keys");
        if !is_fresh(&kept) {
            std::fs::remove_dir_all(&kept).ok();
            let made = make(&beside_the_tests());
            // Another story may have been faster; then its keys are everybody's.
            std::fs::rename(made.path(), &kept).ok();
        }
        Keys { kept }
    }

    /// A small gateway with a UDN of its own, though the keys are everybody's.
    pub fn serve(&self, arguments: &[&str]) -> RunningGateway {
        let process = std::process::id() & 0xffff;
        let number = SERVED.fetch_add(1, Ordering::Relaxed);
        let udn = format!("0b5e1f2a-{process:04x}-4000-8000-{number:012x}");
        let mut own = Vec::new();
        if !arguments.contains(&"--udn") {
            own.extend(["--udn", &udn]);
        }
        if !arguments.contains(&"--model") {
            own.extend(["--model", "minimal"]);
        }
        RunningGateway::start_in(self.gateway_state(), &[&own, arguments].concat())
    }

    /// The state of a gateway that has its keys and nothing else, for `--state-dir`.
    pub fn gateway_state(&self) -> TempDir {
        let state = scratch();
        for name in [OWN, IMPOSTOR] {
            std::fs::copy(self.kept.join(name), state.path().join(name)).expect("a copy");
        }
        state
    }

    /// Key and certificates of somebody who stands between.
    pub fn attacker(&self) -> PathBuf {
        self.kept.join(IMPOSTOR)
    }

    /// An installation that has an identity and knows nobody. All that come from here are the same one.
    pub fn lanside(&self) -> Lanside {
        let lanside = Lanside::new();
        self.give_identity(&lanside.state_dir());
        lanside
    }

    /// Gives a state directory this identity.
    pub fn give_identity(&self, state_dir: &Path) {
        copy_files(&self.kept.join(SECRETS), &state_dir.join(SECRETS));
    }
}

fn is_fresh(kept: &Path) -> bool {
    let made = std::fs::metadata(kept).and_then(|kept| kept.modified());
    made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age < KEPT))
}

/// Makes all keys, in a directory that can be moved into place.
fn make(beside: &Path) -> TempDir {
    let made = tempfile::Builder::new()
        .prefix("e2e-keys-")
        .tempdir_in(beside)
        .expect("a directory beside the programs");
    let gateway = scratch();
    let state = gateway.path().to_str().expect("a path in UTF-8");
    // Its own certificate, and the one of somebody who stands between.
    let fault = ["--fault", "wrong-certificate"];
    drop(RunningGateway::start(
        &[&["--state-dir", state, "--model", "minimal"], &fault[..]].concat(),
    ));
    for name in [OWN, IMPOSTOR] {
        std::fs::copy(gateway.path().join(name), made.path().join(name)).expect("a copy");
    }
    let lanside = Lanside::new();
    lanside.run(&["identity", "show"]).done();
    let secrets = lanside.state_dir().join(SECRETS);
    copy_files(&secrets, &made.path().join(SECRETS));
    made
}

fn scratch() -> TempDir {
    tempfile::tempdir().expect("a scratch directory")
}
