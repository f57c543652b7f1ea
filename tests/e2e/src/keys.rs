//! Keys made once: RSA keys take longer to make than most stories.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::programs::{Lanside, RunningGateway};

/// The certificates of gateways and the identity of an installation, for all stories of one test.
pub struct Keys {
    gateway: TempDir,
    lanside: Lanside,
    served: AtomicU32,
}

impl Default for Keys {
    fn default() -> Self {
        Keys::new()
    }
}

impl Keys {
    /// Makes them.
    pub fn new() -> Keys {
        let gateway = scratch();
        let state = gateway.path().to_str().expect("a path in UTF-8");
        // Its own certificate, and the one of somebody who stands between.
        let fault = ["--fault", "wrong-certificate"];
        drop(RunningGateway::start(
            &[&["--state-dir", state, "--model", "minimal"], &fault[..]].concat(),
        ));
        let lanside = Lanside::new();
        lanside.run(&["identity", "show"]).done();
        Keys {
            gateway,
            lanside,
            served: AtomicU32::new(0),
        }
    }

    /// A small gateway with a UDN of its own, though the keys are everybody's.
    pub fn serve(&self, arguments: &[&str]) -> RunningGateway {
        let state = scratch();
        for name in ["identity.pem", "impostor.pem"] {
            let from = self.gateway.path().join(name);
            std::fs::copy(from, state.path().join(name)).expect("a copy");
        }
        let process = std::process::id() & 0xffff;
        let number = self.served.fetch_add(1, Ordering::Relaxed);
        let udn = format!("0b5e1f2a-{process:04x}-4000-8000-{number:012x}");
        let mut own = vec!["--udn", &udn];
        if !arguments.contains(&"--model") {
            own.extend(["--model", "minimal"]);
        }
        RunningGateway::start_in(state, &[&own, arguments].concat())
    }

    /// An installation that has an identity and knows nobody. All that come from here are the same one.
    pub fn lanside(&self) -> Lanside {
        self.lanside.copy()
    }
}

fn scratch() -> TempDir {
    tempfile::tempdir().expect("a scratch directory")
}
