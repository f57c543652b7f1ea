//! Networks of the test's own: hosts and switches that are network namespaces, joined by veth pairs.
//!
//! A namespace lives as long as the process that holds it, and that process ends when the test
//! lets go of its input, however the test ends. So there are no names to be taken and nothing is
//! left behind. No namespace has a way out.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The longest that anything is waited for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(90);

/// Hosts and switches that belong together.
pub struct Lab {
    /// With root's rights in a user namespace where the test is not root itself.
    first: Holder,
    wires: Cell<u32>,
}

impl Lab {
    /// An empty lab, or nothing where the system allows none; then it is said which story is left out.
    pub fn open(story: &str) -> Option<Lab> {
        static POSSIBLE: OnceLock<Result<(), String>> = OnceLock::new();
        match POSSIBLE.get_or_init(|| Lab::new().and_then(|lab| lab.try_out())) {
            Ok(()) => Some(Lab::new().expect("it was possible before")),
            Err(reason) => {
                left_out(story, &format!("no network namespaces: {reason}"));
                None
            }
        }
    }

    fn new() -> Result<Lab, String> {
        for tool in ["ip", "unshare", "nsenter"] {
            if find_program(tool).is_none() {
                return Err(format!("there is no program “{tool}”"));
            }
        }
        let mut command = Command::new("unshare");
        if !is_root() {
            command.arg("--map-root-user");
        }
        Ok(Lab {
            first: Holder::start(command.arg("--net"))?,
            wires: Cell::new(0),
        })
    }

    fn try_out(&self) -> Result<(), String> {
        let host = Host::new(self.another()?);
        self.plug_in(&host, "eth0", &self.new_switch()?)
    }

    fn another(&self) -> Result<Holder, String> {
        let mut command = self.first.enter();
        Holder::start(command.args(["unshare", "--net"]))
    }

    /// A computer without adapters but loopback.
    pub fn host(&self) -> Host {
        let host = Host::new(self.another().expect("a namespace"));
        host.ip("link set lo up");
        host
    }

    /// A switch.
    pub fn switch(&self) -> Switch {
        self.new_switch().expect("a switch")
    }

    fn new_switch(&self) -> Result<Switch, String> {
        let switch = self.another()?;
        // Without a multicast router, snooping would lose what nobody asked for lately.
        switch.try_ip("link add br0 type bridge mcast_snooping 0")?;
        switch.try_ip("link set br0 up")?;
        Ok(Switch(Rc::new(switch)))
    }

    /// Gives a host an adapter with these addresses, such as `10.77.0.1/24`, on a switch. Its only
    /// link-local address is one that is given.
    pub fn wire(&self, host: &Host, adapter: &str, switch: &Switch, addresses: &[&str]) {
        self.plug_in(host, adapter, switch).expect("a wire");
        host.ip(&format!("link set {adapter} addrgenmode none"));
        host.ip(&format!("link set {adapter} up"));
        for address in addresses {
            host.add_address(adapter, address);
        }
        let carries = || {
            host.answer(&format!("-o link show {adapter}"))
                .contains("LOWER_UP")
        };
        eventually("the wire carries", || carries().then_some(()));
    }

    fn plug_in(&self, host: &Host, adapter: &str, switch: &Switch) -> Result<(), String> {
        let number = self.wires.replace(self.wires.get() + 1);
        let pid = switch.0.pid;
        host.holder.try_ip(&format!(
            "link add {adapter} type veth peer name port{number} netns {pid}"
        ))?;
        let joined = format!("link set port{number} master br0 up");
        switch.0.try_ip(&joined)?;
        host.wired_to.borrow_mut().push(switch.clone());
        Ok(())
    }
}

/// A switch of a [`Lab`]; it stays while a computer is wired to it.
#[derive(Clone)]
pub struct Switch(Rc<Holder>);

/// A computer of a [`Lab`].
pub struct Host {
    holder: Holder,
    wired_to: RefCell<Vec<Switch>>,
}

impl Host {
    fn new(holder: Holder) -> Host {
        Host {
            holder,
            wired_to: RefCell::default(),
        }
    }

    /// A program to run here.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.holder.enter();
        command.arg(program.as_ref()).stdin(Stdio::null());
        command
    }

    /// Starts a program that serves until it is dropped, together with all that it starts. `log`
    /// takes what it says.
    pub fn serve(&self, log: &Path, program: &Path, prepare: impl FnOnce(&mut Command)) -> Serving {
        let mut command = self.holder.enter();
        // In a namespace for processes, so that nothing outlives its first one.
        command
            .args(["unshare", "--pid", "--fork", "--kill-child"])
            .arg(program);
        prepare(&mut command);
        let file = std::fs::File::create(log).expect("a log");
        let child = command
            .stdin(Stdio::null())
            .stderr(file.try_clone().expect("a log"))
            .stdout(file)
            .spawn();
        Serving {
            child: child.expect("nsenter runs"),
            log: log.to_owned(),
        }
    }

    /// Runs `ip` with these words.
    pub fn ip(&self, words: &str) {
        self.holder
            .try_ip(words)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    fn answer(&self, words: &str) -> String {
        let output = self.command("ip").args(words.split(' ')).output();
        String::from_utf8_lossy(&output.expect("ip runs").stdout).into_owned()
    }

    /// Gives an adapter an address, with no time to look for somebody else who has it.
    pub fn add_address(&self, adapter: &str, address: &str) {
        let nodad = if address.contains(':') { " nodad" } else { "" };
        self.ip(&format!("addr add {address} dev {adapter}{nodad}"));
        // UPnP programs that name no adapter send where the group's route leads.
        if nodad.is_empty() && self.answer("route show 224.0.0.0/4").is_empty() {
            self.ip(&format!("route add 224.0.0.0/4 dev {adapter}"));
        }
    }
}

/// A program that serves on a host.
pub struct Serving {
    child: Child,
    log: PathBuf,
}

impl Serving {
    /// What it has said so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.log.display(), self.log());
        }
    }
}

/// The process that keeps one namespace.
struct Holder {
    child: Child,
    pid: u32,
}

impl Holder {
    fn start(command: &mut Command) -> Result<Holder, String> {
        let mut child = command
            .args(["sh", "-c", "echo here; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut said).ok();
        }
        if said.trim() != "here" {
            child.kill().ok();
            let output = child
                .wait_with_output()
                .map_err(|error| error.to_string())?;
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let pid = child.id();
        Ok(Holder { child, pid })
    }

    /// A command whose next words are a program in this namespace.
    fn enter(&self) -> Command {
        let mut command = Command::new("nsenter");
        if !is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg("--net").arg(format!("--target={}", self.pid));
        command
    }

    fn try_ip(&self, words: &str) -> Result<(), String> {
        let output = self.enter().arg("ip").args(words.split(' ')).output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(format!("ip {words}: {}", reason.trim()))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let output = Command::new("id").arg("-u").output();
        output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    })
}

/// Where a program is, in `PATH` or where administrators have theirs.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|program| program.is_file())
}

/// Says that a story, or a part of one, was not tried on this machine, and why: on standard error,
/// and in the file `LANSIDE_LEFT_OUT`, which `scripts/rust-tests.sh` shows at its end.
pub fn left_out(story: &str, reason: &str) {
    let line = format!("left out: {story}: {reason}\n");
    eprint!("{line}");
    let Some(path) = std::env::var_os("LANSIDE_LEFT_OUT") else {
        return;
    };
    let file = std::fs::File::options()
        .append(true)
        .create(true)
        .open(path);
    let told = file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
    told.expect("it can be said what was left out");
}

/// Asks again until there is an answer.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(since.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
