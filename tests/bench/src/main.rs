//! `make bench`: figures as ratios against a peer or the bare minimum, measured in the
//! same run against the simulated gateway, which runs as a process of its own.

mod bare;
mod neighbour;
mod simulated;
mod tree;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dp_credentials::secrets::file::FileStore;
use dp_credentials::secrets::SecretStore;
use management::{introduction_control, Management, Options, Proof, SecretsAt};
use simulated::Simulated;

type Failure = Box<dyn std::error::Error>;

/// Parameters of the large trees, and how often each is read.
const TREES: [(usize, usize); 2] = [(20_000, 15), (100_000, 15)];
/// Edits of one draft.
const EDITS: usize = 50;
const ROUNDS: usize = 15;
const CALLS: u32 = 3_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    println!(
        "Lanside bench: medians of {ROUNDS} rounds on {} cores",
        std::thread::available_parallelism()?
    );
    tree::run()?;
    // The rest needs a gateway; `make bench` builds it, a quick look does without.
    if std::env::args().any(|argument| argument == "--tree") {
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    let management = Management::open(Options {
        state_dir: Some(scratch.path().to_owned()),
        secrets: SecretsAt::File,
        interfaces: vec!["127.0.0.1".to_owned()],
        ..Options::default()
    })
    .await?;
    for (parameters, rounds) in TREES.into_iter().rev() {
        let gateway = Simulated::start(parameters)?;
        management.add_by_address(&gateway.location).await?;
        pair(&management, &gateway).await?;
        whole_tree(&management, &gateway, scratch.path(), parameters, rounds).await?;
        remembered_tree(&gateway, scratch.path()).await?;
    }
    let gateway = Simulated::start(TREES[0].0)?;
    management.add_by_address(&gateway.location).await?;
    pair(&management, &gateway).await?;
    fifty_edits(&management, &gateway).await?;
    // The rest says nothing about trees.
    if std::env::args().any(|argument| argument == "--trees") {
        return Ok(());
    }

    finding(&management, &gateway).await?;
    pairing(&management, &gateway).await?;
    small_calls(&management, &gateway).await?;
    one_value(&gateway, scratch.path())?;
    Ok(())
}

async fn pair(management: &Management, gateway: &Simulated) -> Result<(), Failure> {
    let (_, signals) = introduction_control();
    management
        .pair(&gateway.udn, Proof::pin(&gateway.pin)?, signals, |_| {})
        .await?;
    Ok(())
}

/// From a device's first answer to its card, and finding a known gateway where it was.
async fn finding(management: &Management, gateway: &Simulated) -> Result<(), Failure> {
    let device = neighbour::Neighbour::start()?;
    let mut cards = Vec::new();
    let mut again = Vec::new();
    for _ in 0..5 {
        // An answer to the search before may still be on its way.
        tokio::time::sleep(Duration::from_millis(50)).await;
        device.answered();
        let mut shown = None;
        let time = Some(Duration::from_millis(600));
        management
            .discover(time, |view| {
                if view.udn == neighbour::UDN {
                    shown.get_or_insert_with(Instant::now);
                }
            })
            .await?;
        let answered = device.answered().ok_or("no search was heard")?;
        cards.push(
            shown
                .ok_or("the device was not shown")?
                .duration_since(answered),
        );
        let start = Instant::now();
        management.find_again(&gateway.udn).await?;
        again.push(start.elapsed());
    }
    println!("finding");
    println!(
        "  a card {:.1} ms after the first answer (goal 50), a known gateway again in {:.1} ms (goal 200)",
        ms(median(cards)),
        ms(median(again))
    );
    Ok(())
}

/// Connecting, opening, one GetValues for everything, parsed into the tree; against curl,
/// which connects with the same certificates and throws the same answer away.
async fn whole_tree(
    management: &Management,
    gateway: &Simulated,
    state: &std::path::Path,
    parameters: usize,
    rounds: usize,
) -> Result<(), Failure> {
    let identity = FileStore::open(&state.join("secrets"))?
        .read("identity")?
        .ok_or("no identity")?;
    let mut ours = Vec::new();
    let mut curls = Vec::new();
    let mut bytes = 0;
    let mut bytes_each = 0;
    // One after the other, so that both meet the machine as it is.
    for _ in 0..rounds {
        let (total, received) = gateway.curl_get_values(identity.expose())?;
        curls.push(total);
        bytes = received;
        let start = Instant::now();
        let session = management.open_gateway(&gateway.udn).await?;
        let paths = [session.naming().location().to_owned()];
        session.read_values(&paths).await?;
        ours.push(start.elapsed());
        bytes_each = {
            let tree = session.tree();
            tree.heap_bytes() / tree.known().max(1) as usize
        };
        management.close_gateway(&gateway.udn).await;
    }
    let (ours, curl) = (median(ours), median(curls));
    println!(
        "whole tree, {parameters} parameters, {:.1} MB over TLS",
        bytes as f64 / 1e6
    );
    println!(
        "  read and parsed {:>8.1} ms   curl downloads it in {:>8.1} ms   ratio {:.2} (goal 1.25)",
        ms(ours),
        ms(curl),
        ratio(ours, curl)
    );
    println!("  memory          {bytes_each:>8} bytes a parameter, values included");
    Ok(())
}

/// A visit that reads everything, and what the next start of the window shows of it before the
/// gateway answers: opening the state directory included.
async fn remembered_tree(gateway: &Simulated, state: &std::path::Path) -> Result<(), Failure> {
    let start = || {
        Management::open(Options {
            state_dir: Some(state.to_owned()),
            secrets: SecretsAt::File,
            interfaces: vec!["127.0.0.1".to_owned()],
            remember_trees: true,
            ..Options::default()
        })
    };
    let visit = start().await?;
    let session = visit.open_gateway(&gateway.udn).await?;
    session.load_all(|_, _| {}).await?;
    let parameters = session.tree().known();
    drop(session);
    let closing = Instant::now();
    visit.close().await;
    let closed = closing.elapsed();
    let mut shown = Vec::new();
    for _ in 0..5 {
        let from = Instant::now();
        let next = start().await?;
        let rows = next.remembered_rows(&gateway.udn, "/BBF/").await?;
        shown.push(from.elapsed());
        if rows.is_none_or(|rows| rows.nodes.is_empty()) {
            return Err("nothing was remembered".into());
        }
    }
    println!(
        "  a known gateway with {parameters} parameters as it was: shown after {:.1} ms (goal 300), kept in {:.1} ms",
        ms(median(shown)),
        ms(closed)
    );
    merged_search(&start().await?, gateway, parameters).await
}

/// The search box while a tree is half read: the rest is found as it was at the earlier visit.
async fn merged_search(
    management: &Management,
    gateway: &Simulated,
    parameters: u32,
) -> Result<(), Failure> {
    let session = management.open_gateway(&gateway.udn).await?;
    let drafts = management.shown_drafts(&gateway.udn).await?;
    let top = session.naming().location().to_owned();
    let objects = session.children(&top, &drafts).await?;
    for object in objects.iter().filter(|node| node.upnp_path.ends_with('/')) {
        session.read_subtree(&object.upnp_path).await?;
        if session.tree().known() * 2 > parameters {
            break;
        }
    }
    let mut keys = Vec::new();
    let mut before = false;
    for text in tree::TYPED {
        for (end, letter) in text.char_indices() {
            let typed = &text[..end + letter.len_utf8()];
            let from = Instant::now();
            let found = management.search_known(&session, typed, 200, &drafts);
            before |= found.await?.before.is_some();
            keys.push(from.elapsed());
        }
    }
    if !before {
        return Err("nothing was found as it was before".into());
    }
    let known = session.tree().known();
    management.close_gateway(&gateway.udn).await;
    let slowest = keys.iter().skip(1).max().copied().unwrap_or_default();
    println!(
        "  a key in the search box, {known} read and the rest as it was: {:.1} ms, the slowest {:.1} ms (goal 30 at 100,000)",
        ms(median(keys)),
        ms(slowest)
    );
    Ok(())
}

/// A draft of many edits: read what is there, set, read back.
async fn fifty_edits(management: &Management, gateway: &Simulated) -> Result<(), Failure> {
    let session = management.open_gateway(&gateway.udn).await?;
    let table = format!("{}NAT/PortMapping/", session.naming().location());
    session.read_subtree(&table).await?;
    let nodes = session.known_nodes(&table, None)?;
    let writable = nodes
        .iter()
        .filter(|node| node.upnp_path.ends_with("/Description"));
    let paths: Vec<String> = writable.map(|node| node.path.clone()).take(EDITS).collect();
    let mut times = Vec::new();
    for round in 0..5 {
        let edits: Vec<(String, String)> = paths
            .iter()
            .enumerate()
            .map(|(at, path)| (path.clone(), format!("bench-{round}-{at}")))
            .collect();
        let edits = management.prepare(&session, &edits).await?;
        let start = Instant::now();
        let (view, error) = management.apply(&session, edits, None).await?;
        times.push(start.elapsed());
        if let Some(error) = error {
            return Err(error.into());
        }
        if view.changes.len() != EDITS || !view.changes.iter().all(|change| change.verified) {
            return Err("an edit did not arrive".into());
        }
    }
    management.close_gateway(&gateway.udn).await;
    println!("apply and verify {EDITS} edits");
    println!(
        "  {:>8.1} ms in 3 calls (held by the story of undo)",
        ms(median(times))
    );
    Ok(())
}

/// A whole introduction over sockets, kept on disk, against its cryptography alone.
async fn pairing(management: &Management, gateway: &Simulated) -> Result<(), Failure> {
    let mut ours = Vec::new();
    let mut bare = Vec::new();
    let both = bare::Bare::new()?;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        pair(management, gateway).await?;
        ours.push(start.elapsed());
        let start = Instant::now();
        both.both_sides()?;
        bare.push(start.elapsed());
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("pairing by PIN");
    println!(
        "  over sockets    {:>8.1} ms   bare cryptography    {:>8.1} ms   ratio {:.2} (goal 1.5)",
        ms(ours),
        ms(bare),
        ratio(ours, bare)
    );
    Ok(())
}

/// Small actions one after the other over one connection.
async fn small_calls(management: &Management, gateway: &Simulated) -> Result<(), Failure> {
    let session = management.open_gateway(&gateway.udn).await?;
    let path = [format!("{}WiFi/SSID/0/SSID", session.naming().location())];
    let start = Instant::now();
    for _ in 0..CALLS {
        session.read_values(&path).await?;
    }
    let each = start.elapsed() / CALLS;
    println!("small calls over one protected connection");
    println!(
        "  {:>8.0} calls a second (goal 1000), {:.2} ms each",
        1.0 / each.as_secs_f64(),
        ms(each)
    );
    management.close_gateway(&gateway.udn).await;
    Ok(())
}

/// The whole program: start, find the gateway on record, connect, read, print.
fn one_value(gateway: &Simulated, state: &std::path::Path) -> Result<(), Failure> {
    let mut ours = Vec::new();
    let mut bare = Vec::new();
    for _ in 0..ROUNDS {
        let run = |arguments: &[&str]| -> Result<Duration, Failure> {
            let start = Instant::now();
            let status = Command::new(simulated::program("lanside")?)
                .args([
                    "--secrets",
                    "file",
                    "--interface",
                    "127.0.0.1",
                    "--state-dir",
                ])
                .arg(state)
                .args(arguments)
                .stdout(Stdio::null())
                .status()?;
            if !status.success() {
                return Err(format!("lanside {arguments:?} failed").into());
            }
            Ok(start.elapsed())
        };
        ours.push(run(&["get", &gateway.udn, "Device.WiFi.SSID.1.SSID"])?);
        bare.push(run(&["--version"])?);
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("lanside get of one value, the whole program");
    println!(
        "  {:>8.1} ms (goal 150), of which starting a program {:.1} ms",
        ms(ours),
        ms(bare)
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}
