//! Random drafts: what a person might stage against the VDSL gateway, valid by itself.

use std::collections::BTreeMap;

use lanside_e2e::{Workbench, LAN_MODE, PASSPHRASE, SSID};
use proptest::prelude::*;

pub const PORTS: &str = "/BBF/NAT/PortMapping/";
pub const POOLS: &str = "/BBF/DHCPv4/Server/Pool/";
/// What moves by itself.
const RESTLESS: [&str; 5] = [
    "/Stats/",
    "/Client",
    "Time/Current",
    "/LastChange",
    "/BSSID",
];
/// Everything a wish can touch begins with one of these.
const WITHIN: [&str; 5] = [
    PORTS,
    POOLS,
    "/BBF/WiFi/SSID/",
    "/BBF/Time/",
    "/BBF/X_LANSIDE_Lan/",
];

/// One thing to stage.
#[derive(Debug, Clone)]
pub enum Wish {
    Ssid(String),
    TimeServer(String),
    LeaseTime(u32),
    Passphrase(String),
    /// Takes effect with the next restart.
    LanMode(bool),
    /// A row of a table.
    Port(String, bool),
    /// A row in a row that is there.
    Lease(u8),
    /// A row with rows in it.
    Pool(Vec<u8>),
    /// Deletes a row of the port mappings, the how many-eth there is.
    DeletePort(prop::sample::Index),
    DeleteLease(prop::sample::Index),
    /// Deletes a row and the rows in it.
    DeletePool(prop::sample::Index),
}

/// A draft of up to eight.
pub fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    prop::collection::vec(wish(), 1..8)
}

fn wish() -> impl Strategy<Value = Wish> {
    // What people type: markup, umlauts, commas and blanks within.
    let text = "[a-zA-Z0-9<>&\"'äß€][a-zA-Z0-9 ,+<>&\"'äß€]{0,12}[a-zA-Z0-9<>&äß€]";
    prop_oneof![
        3 => "[a-zA-Z0-9][a-zA-Z0-9 <>&'ä]{0,10}[a-z]".prop_map(Wish::Ssid),
        2 => "[a-z]{1,12}\\.example".prop_map(Wish::TimeServer),
        2 => (60_u32..100_000).prop_map(Wish::LeaseTime),
        1 => "[a-zA-Z0-9]{8,20}".prop_map(Wish::Passphrase),
        1 => any::<bool>().prop_map(Wish::LanMode),
        3 => (text, any::<bool>()).prop_map(|(text, tcp)| Wish::Port(text, tcp)),
        2 => any::<u8>().prop_map(Wish::Lease),
        1 => prop::collection::vec(any::<u8>(), 0..3).prop_map(Wish::Pool),
        2 => any::<prop::sample::Index>().prop_map(Wish::DeletePort),
        1 => any::<prop::sample::Index>().prop_map(Wish::DeleteLease),
        1 => any::<prop::sample::Index>().prop_map(Wish::DeletePool),
    ]
}

impl Wish {
    /// Whether there is no way back of it: nobody knows the old value.
    pub fn is_secret(&self) -> bool {
        matches!(self, Wish::Passphrase(_))
    }

    /// Stages it. What the rules of the data model forbid (a key that is taken) is no wish;
    /// gives whether it was staged.
    pub async fn stage(&self, bench: &Workbench, unique: u32) -> bool {
        let (management, udn) = (&bench.management, bench.udn());
        let set = |path: &'static str, value: String| {
            let udn = udn.clone();
            async move { management.stage(&udn, path, &value).await.is_ok() }
        };
        match self {
            Wish::Ssid(name) => set(SSID, name.clone()).await,
            Wish::TimeServer(name) => set("Device.Time.NTPServer1", name.clone()).await,
            Wish::LeaseTime(seconds) => {
                set("Device.DHCPv4.Server.Pool.1.LeaseTime", seconds.to_string()).await
            }
            Wish::Passphrase(text) => set(PASSPHRASE, text.clone()).await,
            Wish::LanMode(modem) => {
                let mode = if *modem { "modem" } else { "router" };
                set(LAN_MODE, mode.to_owned()).await
            }
            Wish::Port(text, tcp) => {
                let values = owned(&[
                    ("Description", text),
                    ("ExternalPort", &(20_000 + unique).to_string()),
                    ("InternalPort", "80"),
                    ("Protocol", if *tcp { "TCP" } else { "UDP" }),
                ]);
                management.stage_row(&udn, PORTS, &values).await.is_ok()
            }
            Wish::Lease(host) => {
                self.stage_lease(bench, &format!("{POOLS}0/"), *host, unique)
                    .await
            }
            Wish::Pool(leases) => {
                let alias = format!("pool-{unique}");
                let values = owned(&[("Alias", &alias), ("MinAddress", "192.168.9.10")]);
                let Ok((_, row)) = management.stage_row(&udn, POOLS, &values).await else {
                    return false;
                };
                for (at, host) in leases.iter().enumerate() {
                    let number = unique + 1 + at as u32;
                    self.stage_lease(bench, &row, *host, number).await;
                }
                true
            }
            Wish::DeletePort(at) => delete(bench, PORTS, at).await,
            Wish::DeleteLease(at) => delete(bench, &format!("{POOLS}0/StaticAddress/"), at).await,
            Wish::DeletePool(at) => delete(bench, POOLS, at).await,
        }
    }

    async fn stage_lease(&self, bench: &Workbench, pool: &str, host: u8, unique: u32) -> bool {
        let mac = format!(
            "02:00:5E:01:{:02X}:{:02X}",
            unique >> 8 & 0xff,
            unique & 0xff
        );
        let values = owned(&[("Chaddr", &mac), ("Yiaddr", &format!("192.168.9.{host}"))]);
        let table = format!("{pool}StaticAddress/");
        let udn = bench.udn();
        let staged = bench.management.stage_row(&udn, &table, &values);
        staged.await.is_ok()
    }
}

async fn delete(bench: &Workbench, table: &str, at: &prop::sample::Index) -> bool {
    let rows = rows(bench, table);
    // The first pool is the one the other wishes are about.
    let rows: Vec<&String> = rows.iter().skip(usize::from(table == POOLS)).collect();
    if rows.is_empty() {
        return false;
    }
    let row = format!("{table}{}/", at.get(&rows));
    let udn = bench.udn();
    let staged = bench.management.stage_deletion(&udn, &row);
    staged.await.is_ok()
}

fn owned(values: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    values.iter().map(owned).collect()
}

/// Numbers of the rows of a table, as the gateway has them.
pub fn rows(bench: &Workbench, table: &str) -> Vec<String> {
    let paths = bench.gateway.tree(|tree| tree.parameter_paths());
    let numbers = paths
        .iter()
        .filter_map(|path| path.strip_prefix(table)?.split_once('/'))
        .map(|(number, _)| number.to_owned());
    let mut numbers: Vec<String> = numbers.collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

/// Everything a wish can touch, as the gateway has it, without the numbers of rows: a row that
/// comes back has another one.
pub fn picture(bench: &Workbench) -> String {
    let mut root = Branch::default();
    bench.gateway.tree(|tree| {
        for path in tree.parameter_paths() {
            if !WITHIN.iter().any(|within| path.starts_with(within))
                || RESTLESS.iter().any(|part| path.contains(part))
            {
                continue;
            }
            if let Some(value) = tree.kept_value(&path) {
                root.put(&path, value);
            }
        }
    });
    root.written()
}

#[derive(Default)]
struct Branch {
    value: Option<String>,
    below: BTreeMap<String, Branch>,
}

impl Branch {
    fn put(&mut self, path: &str, value: String) {
        let mut at = self;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            at = at.below.entry(part.to_owned()).or_default();
        }
        at.value = Some(value);
    }

    fn written(&self) -> String {
        if let Some(value) = &self.value {
            return format!("={value:?}");
        }
        let is_row = |name: &String| name.parse::<u32>().is_ok();
        let mut parts: Vec<String> = self
            .below
            .iter()
            .map(|(name, branch)| {
                let name = if is_row(name) { "#" } else { name };
                format!("{name}{}", branch.written())
            })
            .collect();
        parts.sort();
        format!("{{{}}}", parts.join("\n"))
    }
}
