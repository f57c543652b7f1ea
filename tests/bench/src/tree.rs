//! The tree by itself, without a gateway: parsing, memory, and the search box, at sizes from
//! 1,000 to 1,000,000 parameters.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use management::naming::Naming;
use management::search::Finder;
use management::tree::ParameterTree;
use upnp::data_model::parameter_values::ParameterValues;

use crate::{median, ms, Failure};

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Parameters of one answer: a longer tree comes in several, as it is read.
const AT_ONCE: usize = 100_000;
/// What a person types, key by key.
pub const TYPED: [&str; 4] = [
    "wlan schlüssel",
    "192.168.1.20",
    "port forwarding",
    "Device.WiFi.SSID.2",
];
/// Parameters of a row, with values as gateways have them.
const ROW: [(&str, &str); 10] = [
    ("Hosts/Host/#/PhysAddress", "02:00:5E:00:01:02"),
    ("Hosts/Host/#/IPAddress", "192.168.1.20"),
    ("Hosts/Host/#/HostName", "laptop"),
    ("Hosts/Host/#/Active", "1"),
    ("WiFi/SSID/#/SSID", "Home"),
    ("WiFi/AccessPoint/#/Security/KeyPassphrase", ""),
    ("NAT/PortMapping/#/ExternalPort", "443"),
    ("NAT/PortMapping/#/Description", "web server"),
    ("IP/Interface/#/Stats/BytesReceived", "123456789"),
    ("Ethernet/Interface/#/LowerLayers", "Device.Ethernet.Link.1"),
];

/// Runs it and prints the figures.
pub fn run() -> Result<(), Failure> {
    println!("the tree by itself");
    let mut parsed = Vec::new();
    for size in SIZES {
        let documents = documents(size)?;
        let octets: usize = documents.iter().map(String::len).sum();
        let rounds = if size > 100_000 { 3 } else { 9 };
        let mut parsing = Vec::new();
        let mut storing = Vec::new();
        let mut tree = ParameterTree::new();
        let mut values = 0;
        for _ in 0..rounds {
            let (mut parsed, mut stored) = (Duration::ZERO, Duration::ZERO);
            tree = ParameterTree::new();
            values = 0;
            for document in &documents {
                let start = Instant::now();
                let read = ParameterValues::parse(document, &mut Vec::new())?;
                parsed += start.elapsed();
                let start = Instant::now();
                for (path, value) in read.iter() {
                    tree.insert_value(path, value, 0);
                }
                stored += start.elapsed();
                values += read.iter().map(|(_, value)| value.len()).sum::<usize>();
            }
            let start = Instant::now();
            tree.shrink_to_fit();
            stored += start.elapsed();
            parsing.push(parsed);
            storing.push(stored);
        }
        let (parsing, storing) = (median(parsing), median(storing));
        let rate = octets as f64 / 1e6 / parsing.as_secs_f64();
        let bytes = tree.heap_bytes().saturating_sub(values) / tree.known().max(1) as usize;
        let naming = Naming::new("/BBF/", "Device.", Some(0));
        let (keys, slowest, first) = typing(&tree, &naming);
        println!(
            "  {size:>9} parameters: parsed in {:>7.1} ms ({rate:>4.0} MB/s, goal 150), stored in {:>7.1} ms, {bytes:>3} bytes each without values (goal 120)",
            ms(parsing),
            ms(storing)
        );
        println!(
            "            search: a key {:>6.2} ms, the slowest {:>6.2} ms (goal 30 at 100,000), the first {:>6.2} ms",
            ms(keys),
            ms(slowest),
            ms(first)
        );
        parsed.push((size as f64, (parsing + storing).as_secs_f64()));
    }
    // The exponent of cost by size: 1 is linear.
    let (first, last) = (parsed[0], parsed[parsed.len() - 1]);
    let slope = (last.1 / first.1).ln() / (last.0 / first.0).ln();
    println!(
        "  cost grows with size to the power of {slope:.2} from 1,000 to 1,000,000 (1 is linear)"
    );
    Ok(())
}

/// Median and slowest time of one key, and the time of the very first.
fn typing(tree: &ParameterTree, naming: &Naming) -> (Duration, Duration, Duration) {
    let mut finder = Finder::default();
    let mut times = Vec::new();
    for text in TYPED {
        for (end, letter) in text.char_indices() {
            let start = Instant::now();
            let found = finder.search(tree, naming, &text[..end + letter.len_utf8()], 200);
            times.push(start.elapsed());
            drop(found);
            // Each key by itself, for whoever looks for the slow one.
            if std::env::var_os("LANSIDE_BENCH_KEYS").is_some() {
                let typed = &text[..end + letter.len_utf8()];
                println!(
                    "            {typed:<20} {:>7.2} ms",
                    ms(times[times.len() - 1])
                );
            }
        }
    }
    let first = times.first().copied().unwrap_or_default();
    let slowest = times.iter().skip(1).max().copied().unwrap_or_default();
    (median(times), slowest, first)
}

/// The answers a tree of so many parameters comes in.
fn documents(parameters: usize) -> Result<Vec<String>, Failure> {
    let rows = parameters.div_ceil(ROW.len());
    let at_once = AT_ONCE / ROW.len();
    (0..rows)
        .step_by(at_once)
        .map(|first| document(first..rows.min(first + at_once)))
        .collect()
}

fn document(rows: Range<usize>) -> Result<String, Failure> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><cms:ParameterValueList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\">",
    );
    for row in rows {
        for (path, value) in ROW {
            let path = path.replace('#', &row.to_string());
            write!(
                out,
                "<Parameter><ParameterPath>/BBF/{path}</ParameterPath><Value>{value}</Value></Parameter>"
            )?;
        }
    }
    out.push_str("</cms:ParameterValueList>");
    Ok(out)
}
