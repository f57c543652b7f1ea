//! The two built programs, run as a person or a script runs them.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// Directory of `lanside` and `lanside-gateway`, built if need be.
///
/// `LANSIDE_PROGRAMS` names a directory with programs that were built already.
pub fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        if let Some(dir) = std::env::var_os("LANSIDE_PROGRAMS") {
            return PathBuf::from(dir);
        }
        let dir = beside_the_tests();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args([
                "build",
                "--quiet",
                "-p",
                "lanside-cli",
                "-p",
                "lanside-gateway",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        if dir.file_name() == Some(OsStr::new("release")) {
            build.arg("--release");
        }
        if let Some(target) = dir.parent() {
            build.arg("--target-dir").arg(target);
        }
        assert!(
            build.status().expect("cargo runs").success(),
            "the programs are built"
        );
        dir
    })
}

/// The directory of the profile this test was built with.
pub(crate) fn beside_the_tests() -> PathBuf {
    // This test lies in target/<profile>/deps.
    let test = std::env::current_exe().expect("the test knows where it is");
    let dir = test.ancestors().nth(2);
    dir.expect("a profile directory").to_owned()
}

fn program(name: &str) -> PathBuf {
    programs().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Answer {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// The one JSON document of standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON objects of standard output, one a line.
    pub fn stream(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
            })
            .collect()
    }

    /// Asserts that it ended well; gives its document.
    pub fn done(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        self.json()
    }

    /// Asserts that it failed this way; gives the error.
    pub fn failed(&self, exit_code: i32, code: &str) -> Value {
        assert_eq!(self.code, exit_code, "{self:?}");
        let error = self.json()["error"].clone();
        assert_eq!(error["code"], code, "{self:?}");
        for key in ["code", "message", "detail", "upnp_code", "next"] {
            assert!(error.get(key).is_some(), "“{key}” is missing: {self:?}");
        }
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{self:?}"
        );
        assert!(
            error["next"].as_str().is_some_and(|text| !text.is_empty()),
            "{self:?}"
        );
        error
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Answer {
        Answer {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }
}

/// An installation of `lanside`: a state directory with its secrets in files.
pub struct Lanside {
    dir: TempDir,
}

impl Default for Lanside {
    fn default() -> Self {
        Lanside::new()
    }
}

impl Lanside {
    /// An installation that has never run.
    pub fn new() -> Lanside {
        Lanside {
            dir: tempfile::tempdir().expect("a scratch directory"),
        }
    }

    /// Where it keeps its state.
    pub fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Whether any of its secrets names a gateway: trust is kept among them.
    pub fn trusts(&self, udn: &str) -> bool {
        let Ok(entries) = std::fs::read_dir(self.state_dir().join("secrets")) else {
            return false;
        };
        entries.flatten().any(|entry| {
            let kept = std::fs::read(entry.path()).unwrap_or_default();
            String::from_utf8_lossy(&kept).contains(udn.trim_start_matches("uuid:"))
        })
    }

    /// Another installation with all that this one has, its identity above all: making one takes long.
    pub fn copy(&self) -> Lanside {
        let copy = Lanside::new();
        copy_files(&self.state_dir(), &copy.state_dir());
        copy
    }

    /// The program with its global options, for JSON.
    pub fn command(&self) -> Command {
        let mut command = self.prepared(Command::new(program("lanside")));
        command.args(["--interface", "127.0.0.1"]);
        command
    }

    /// Runs it on a computer of a lab, through all its adapters, with these arguments.
    #[cfg(target_os = "linux")]
    pub fn run_on(&self, host: &crate::namespaces::Host, arguments: &[&str]) -> Answer {
        self.prepared(host.command(program("lanside")))
            .args(arguments)
            .output()
            .expect("lanside runs")
            .into()
    }

    fn prepared(&self, mut command: Command) -> Command {
        command
            .args(["--json", "--secrets", "file", "--state-dir"])
            .arg(self.state_dir())
            .env_remove("LANSIDE_LOG")
            .env_remove("LANSIDE_STATE_DIR")
            .env_remove("LANSIDE_SECRETS")
            .stdin(Stdio::null());
        command
    }

    /// Runs it with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.command()
            .args(arguments)
            .output()
            .expect("lanside runs")
            .into()
    }

    /// Runs it with these arguments and this standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = self.command();
        command.args(arguments);
        run_with_input(command, input)
    }
}

impl Lanside {
    /// Runs it until it asks for something on standard error, lets a person act, and gives it what
    /// they type; the keyboard stays with it until it ends.
    pub fn run_by_hand(
        &self,
        arguments: &[&str],
        asks: &str,
        act: impl FnOnce() -> Option<String>,
    ) -> Answer {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("lanside runs");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe from it"));
        let mut stderr = String::new();
        while !stderr.contains(asks) {
            let mut line = String::new();
            let count = said.read_line(&mut line).expect("text");
            assert!(count > 0, "it never asked for “{asks}”: {stderr}");
            stderr.push_str(&line);
        }
        let mut keyboard = child.stdin.take().expect("a pipe to it");
        if let Some(typed) = act() {
            // It may have ended meanwhile.
            writeln!(keyboard, "{typed}").ok();
        }
        let mut stdout = String::new();
        let mut out = child.stdout.take().expect("a pipe from it");
        out.read_to_string(&mut stdout).expect("text");
        said.read_to_string(&mut stderr).expect("text");
        let code = child.wait().expect("it ends").code().unwrap_or(-1);
        Answer {
            code,
            stdout,
            stderr,
        }
    }
}

/// Copies a directory with everything in it, and who may read it.
pub fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    let mode = std::fs::metadata(from).expect("a directory").permissions();
    std::fs::set_permissions(to, mode).expect("it is ours");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            copy_files(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Runs a command to its end with this standard input.
pub fn run_with_input(mut command: Command, input: &str) -> Answer {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe to it");
    // It may end without reading.
    stdin.write_all(input.as_bytes()).ok();
    drop(stdin);
    child.wait_with_output().expect("the program ends").into()
}

/// The program `lanside-gateway`, serving.
pub struct RunningGateway {
    child: Child,
    said: BufReader<ChildStdout>,
    /// The line it printed when it was ready.
    pub ready: Value,
    /// Its state, when the test names no place for it. A gateway that is killed cleans nothing up.
    _state: Option<TempDir>,
}

impl RunningGateway {
    /// Starts it and waits until it is ready.
    pub fn start(arguments: &[&str]) -> RunningGateway {
        let mut command = Command::new(program("lanside-gateway"));
        command.args(["--search-port", "0"]);
        Self::ready(command, arguments)
    }

    /// Starts it on a computer of a lab, where it has the usual port of searches.
    #[cfg(target_os = "linux")]
    pub fn start_on(host: &crate::namespaces::Host, arguments: &[&str]) -> RunningGateway {
        Self::ready(host.command(program("lanside-gateway")), arguments)
    }

    /// Starts it with its state in a folder that goes with it.
    pub fn start_in(state: TempDir, arguments: &[&str]) -> RunningGateway {
        let mut command = Command::new(program("lanside-gateway"));
        command.args(["--search-port", "0"]);
        Self::ready_in(command, Some(state), arguments)
    }

    fn ready(command: Command, arguments: &[&str]) -> RunningGateway {
        let state = (!arguments.contains(&"--state-dir"))
            .then(|| tempfile::tempdir().expect("a scratch directory"));
        Self::ready_in(command, state, arguments)
    }

    fn ready_in(
        mut command: Command,
        state: Option<TempDir>,
        arguments: &[&str],
    ) -> RunningGateway {
        if let Some(state) = &state {
            command.arg("--state-dir").arg(state.path());
        }
        let mut child = command
            .args(["--reboot-seconds", "0.7"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("lanside-gateway runs");
        let said = BufReader::new(child.stdout.take().expect("a pipe from it"));
        let mut gateway = RunningGateway {
            child,
            said,
            ready: Value::Null,
            _state: state,
        };
        gateway.ready = gateway.next_line();
        gateway
    }

    fn next_line(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("a line of its own");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: “{line}”"))
    }

    /// Does something at the device, such as `button` or `fault drop-next:SetValues`, and waits until it is done.
    pub fn act(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("a pipe to it");
        writeln!(stdin, "{line}").expect("it reads its input");
        loop {
            let said = self.next_line();
            match said["event"].as_str() {
                Some("done") if said["line"] == line => return,
                Some("refused") => panic!("{said}"),
                _ => {}
            }
        }
    }

    /// Waits until its screen shows a PIN.
    pub fn pin_on_screen(&mut self) -> String {
        loop {
            let said = self.next_line();
            if let ("screen", Some(pin)) = (
                said["event"].as_str().unwrap_or_default(),
                said["pin"].as_str(),
            ) {
                return pin.to_owned();
            }
        }
    }

    /// A text of the ready line: `udn`, `location`, `secure_location` or `pin`.
    pub fn told(&self, key: &str) -> String {
        self.ready[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} in {}", self.ready))
            .to_owned()
    }

    /// Number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as the power switch does.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for RunningGateway {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A gateway, an installation that has paired with it, and the gateway's UDN.
pub fn paired(arguments: &[&str]) -> (RunningGateway, Lanside, String) {
    let gateway = RunningGateway::start(arguments);
    let lanside = Lanside::new();
    let answer = lanside.run(&[
        "pair",
        &gateway.told("location"),
        "--pin",
        &gateway.told("pin"),
    ]);
    answer.done();
    let udn = gateway.told("udn");
    (gateway, lanside, udn)
}

/// Names of an object's members, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// Asserts that an object has these members; it may have more.
pub fn has_keys(value: &Value, wanted: &[&str]) {
    let found = keys(value);
    for key in wanted {
        assert!(found.contains(key), "“{key}” is missing in {value}");
    }
}
