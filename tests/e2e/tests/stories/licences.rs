//! Every package in Cargo.lock has a licence from the list in deny.toml and comes from a source
//! that is named there: what cargo-deny checks, on machines without it and without a network.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the workspace").to_owned()
}

/// The texts of a list in deny.toml.
fn list(deny: &str, name: &str) -> Vec<String> {
    let (_, after) = deny
        .split_once(&format!("\n{name} = ["))
        .unwrap_or_else(|| panic!("deny.toml has no {name}"));
    let (inside, _) = after.split_once(']').expect("a closed list");
    inside
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// Whether an SPDX expression can be met with allowed licences. The slash is an older way to
/// write OR. `AND` binds closer than `OR`; parentheses are never nested in practice.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    if let (Some(open), Some(close)) = (expression.find('('), expression.find(')')) {
        let inside = is_met(&expression[open + 1..close], allowed);
        let word = if inside { "YES" } else { "NO" };
        let flat = format!("{}{word}{}", &expression[..open], &expression[close + 1..]);
        return is_met(&flat, allowed);
    }
    expression.replace('/', " OR ").split(" OR ").any(|choice| {
        choice.split(" AND ").all(|licence| {
            let licence = licence.trim();
            licence == "YES" || allowed.iter().any(|known| known == licence)
        })
    })
}

/// All packages of Cargo.lock, those for other systems as well. A machine that built this
/// program has not got those yet: they are fetched, and where there is no network the
/// packages of this system have to do.
fn metadata() -> Value {
    let host = host();
    let ways: [&[&str]; 3] = [
        &["--offline"],
        &[],
        &["--offline", "--filter-platform", &host],
    ];
    let mut told = String::new();
    for way in ways {
        let output = cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(way)
            .current_dir(root())
            .output()
            .expect("cargo runs");
        if output.status.success() {
            return serde_json::from_slice(&output.stdout).expect("JSON");
        }
        told += &String::from_utf8_lossy(&output.stderr);
    }
    panic!("{told}");
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The system this is built on, as cargo names it.
fn host() -> String {
    let output = cargo().arg("-vV").output().expect("cargo runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("cargo tells its host").to_owned()
}

#[test]
fn every_package_has_a_licence_and_a_source_from_the_list() {
    let deny = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let (allowed, registries) = (list(&deny, "allow"), list(&deny, "allow-registry"));
    assert!(allowed.len() > 5 && !registries.is_empty(), "{deny}");
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "{} packages", packages.len());
    let mut wrong = Vec::new();
    for package in packages {
        let name = format!("{} {}", package["name"], package["version"]);
        match package["license"].as_str() {
            Some(licence) if is_met(licence, &allowed) => {}
            other => wrong.push(format!("{name}: {other:?}")),
        }
        let known = match package["source"].as_str() {
            // Ours.
            None => true,
            Some(source) => registries
                .iter()
                .any(|registry| source == format!("registry+{registry}")),
        };
        if !known {
            wrong.push(format!("{name}: {}", package["source"]));
        }
    }
    assert!(wrong.is_empty(), "not in deny.toml:\n{}", wrong.join("\n"));
}

#[test]
fn expressions_are_met_as_spdx_means_them() {
    let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()];
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("GPL-3.0-only/MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(GPL-2.0 OR Apache-2.0) AND Unicode-3.0", false),
        ("MIT WITH an-exception", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}
