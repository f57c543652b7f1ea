//! A gateway and a management application in one process.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dp_credentials::secrets::memory::MemoryStore;
use lanside_gateway::options::Options as GatewayOptions;
use lanside_gateway::requests::RequestRecord;
use lanside_gateway::Gateway;
use management::view::{PairingView, RebootView};
use management::{introduction_control, Error, Management, Options, Proof, SecretsAt, Session};
use tempfile::TempDir;

/// A gateway that restarts quickly and answers unicast searches on a port of its own.
pub fn options(friendly_name: &str) -> GatewayOptions {
    GatewayOptions {
        friendly_name: friendly_name.to_owned(),
        search_port: 0,
        reboot: Duration::from_millis(700),
        seed: Some(7),
        pin: None,
        ..GatewayOptions::default()
    }
}

/// A time in seconds.
pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// One gateway, one management application, and where the latter keeps its state.
pub struct Workbench {
    /// The gateway.
    pub gateway: Gateway,
    /// The application.
    pub management: Management,
    secrets: Arc<MemoryStore>,
    dir: TempDir,
}

impl Workbench {
    /// Starts both; the gateway is known to the application by its description's address.
    pub async fn new(options: GatewayOptions) -> Workbench {
        let bench = Workbench::apart(options).await;
        bench.get_to_know().await;
        bench
    }

    /// Starts both; neither knows of the other.
    pub async fn apart(options: GatewayOptions) -> Workbench {
        let options = GatewayOptions {
            // A PIN of its own for every gateway, whatever the seed.
            pin: options
                .pin
                .or_else(|| Some(lanside_gateway::secret::Secret::new(random_pin()))),
            ..options
        };
        let gateway = Gateway::start(options).await.expect("the gateway starts");
        let dir = tempfile::tempdir().expect("a scratch directory");
        let secrets = Arc::new(MemoryStore::default());
        let management = open(dir.path().to_owned(), secrets.clone(), None).await;
        Workbench {
            gateway,
            management,
            secrets,
            dir,
        }
    }

    /// Starts both and pairs them.
    pub async fn paired(options: GatewayOptions) -> Workbench {
        let bench = Workbench::new(options).await;
        bench
            .pair(&bench.gateway.pin())
            .await
            .expect("the PIN of the label");
        bench
    }

    /// Tells the application of the gateway, with its protected side. The description is
    /// asked for at its address, the rest comes from a search.
    pub async fn get_to_know(&self) {
        self.management
            .find_again(&self.udn())
            .await
            .expect("the gateway answers a search");
    }

    /// UDN of the gateway.
    pub fn udn(&self) -> String {
        self.gateway.udn()
    }

    /// Is introduced with a PIN.
    ///
    /// # Errors
    ///
    /// As [`Management::pair`].
    pub async fn pair(&self, pin: &str) -> Result<PairingView, Error> {
        let (_control, signals) = introduction_control();
        self.management
            .pair(&self.udn(), Proof::pin(pin)?, signals, |_| {})
            .await
    }

    /// The opened gateway.
    pub async fn session(&self) -> Arc<Session> {
        self.management
            .open_gateway(&self.udn())
            .await
            .expect("the gateway opens")
    }

    /// Restarts the gateway and waits for it.
    ///
    /// # Errors
    ///
    /// As [`Management::reboot`].
    pub async fn reboot(&self) -> Result<RebootView, Error> {
        self.management
            .reboot(&self.udn(), Some(seconds(20)), |_| {})
            .await
    }

    /// Waits until the gateway takes no connections any more.
    pub async fn gone(&self) {
        let address = self.gateway.addresses().http;
        let gone = async {
            while tokio::net::TcpStream::connect(address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(seconds(5), gone)
            .await
            .expect("the gateway goes away");
    }

    /// Ends the application and starts it again with the same state, as a person would.
    pub async fn restart_management(&mut self) {
        self.management.close().await;
        self.management = open(self.state_dir(), self.secrets.clone(), None).await;
    }

    /// As [`Workbench::restart_management`], with a trace and a time limit for answers.
    pub async fn restart_management_with(&mut self, change: impl FnOnce(&mut Options)) {
        self.management.close().await;
        let mut options = management_options(self.state_dir(), self.secrets.clone());
        change(&mut options);
        self.management = Management::open(options)
            .await
            .expect("the application starts");
    }

    /// A second installation: own identity, own state.
    pub async fn stranger(&self) -> (Management, TempDir) {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let management = open(
            dir.path().to_owned(),
            Arc::new(MemoryStore::default()),
            None,
        )
        .await;
        management
            .find_again(&self.udn())
            .await
            .expect("the gateway answers a search");
        (management, dir)
    }

    /// Where the application keeps its state.
    pub fn state_dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Forgets what was asked of the gateway so far.
    pub fn forget_requests(&self) {
        self.gateway.requests(|log| log.clear());
    }

    /// How often an action was asked of the gateway.
    pub fn count(&self, action: &str) -> usize {
        self.gateway.requests(|log| log.count(action))
    }

    /// Actions that reached the gateway, in order.
    pub fn actions(&self) -> Vec<String> {
        self.records()
            .into_iter()
            .filter_map(|record| record.action)
            .collect()
    }

    /// Everything that reached the gateway.
    pub fn records(&self) -> Vec<RequestRecord> {
        self.gateway.requests(|log| log.records())
    }

    /// A value as the gateway has it.
    pub fn value(&self, upnp_path: &str) -> String {
        self.gateway
            .tree(|tree| tree.kept_value(upnp_path))
            .expect("a parameter of the gateway")
    }

    /// Puts a fault in force, as the command line writes it.
    pub async fn inject(&self, fault: &str) {
        let fault = fault.parse().expect("a fault");
        self.gateway
            .inject(fault)
            .await
            .expect("the fault is put in force");
    }
}

async fn open(dir: PathBuf, secrets: Arc<MemoryStore>, timeout: Option<Duration>) -> Management {
    let mut options = management_options(dir, secrets);
    options.timeout = timeout.unwrap_or(options.timeout);
    Management::open(options)
        .await
        .expect("the application starts")
}

fn management_options(dir: PathBuf, secrets: Arc<MemoryStore>) -> Options {
    Options {
        state_dir: Some(dir),
        secrets: SecretsAt::Store(secrets),
        interfaces: vec!["127.0.0.1".to_owned()],
        ..Options::default()
    }
}

/// Eight digits whose last checks the others, different for every gateway of a run.
fn random_pin() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish() % 10_000_000;
    with_check_digit(&format!("{number:07}"))
}

/// A PIN with a right check digit whose first half is wrong.
pub fn wrong_first_half(pin: &str) -> String {
    let first = u32::from(pin.as_bytes()[0] - b'0');
    with_check_digit(&format!("{}{}", (first + 1) % 10, &pin[1..7]))
}

/// A PIN with a right check digit whose second half is wrong.
pub fn wrong_second_half(pin: &str) -> String {
    let digit = u32::from(pin.as_bytes()[5] - b'0');
    with_check_digit(&format!("{}{}{}", &pin[..5], (digit + 1) % 10, &pin[6..7]))
}

fn with_check_digit(seven: &str) -> String {
    let sum: u32 = seven
        .bytes()
        .enumerate()
        .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{seven}{}", (10 - sum % 10) % 10)
}
