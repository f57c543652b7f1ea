//! `demo`: the main job against the simulated gateway, told step by step.

use std::time::{Duration, Instant};

use dp_credentials::secrets::memory::MemoryStore;
use lanside_gateway::options::Options as GatewayOptions;
use lanside_gateway::Gateway;
use management::view::EditState;
use management::{introduction_control, Error, Management, Options, Proof, SecretsAt};
use serde_json::json;

use crate::output::{tone, Output, Tone};

/// Longest time the simulated gateway may take to restart.
const RESTART: Duration = Duration::from_secs(30);

pub async fn run(output: &Output) -> Result<(), Error> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::Internal(format!("the simulated gateway failed: {error}"))
    };
    let scratch = tempfile::tempdir().map_err(|error| failed(&error))?;
    let told = Told { output };

    let (gateway, _) = told
        .step("start a simulated gateway", async {
            let options = GatewayOptions {
                friendly_name: "Lanside demonstration".to_owned(),
                ..GatewayOptions::default()
            };
            let gateway = Gateway::start(options)
                .await
                .map_err(|error| failed(&error))?;
            let label = format!("its label says PIN {}", gateway.pin());
            Ok((gateway, label))
        })
        .await?;
    let udn = gateway.udn();
    let management = Management::open(Options {
        state_dir: Some(scratch.path().to_owned()),
        secrets: SecretsAt::Store(std::sync::Arc::new(MemoryStore::default())),
        interfaces: vec!["127.0.0.1".to_owned()],
        ..Options::default()
    })
    .await?;

    told.step("find it by SSDP", async {
        let device = management.find_again(&udn).await?;
        Ok((
            (),
            format!(
                "{} at {}",
                device.description.root.friendly_name, device.location
            ),
        ))
    })
    .await?;
    told.step("pair with the PIN", async {
        let (_, signals) = introduction_control();
        let paired = management
            .pair(&udn, Proof::pin(&gateway.pin())?, signals, |_| {})
            .await?;
        Ok(((), format!("roles {}", paired.roles.join(" "))))
    })
    .await?;
    let session = told
        .step("open it over TLS with both certificates", async {
            let session = management.open_gateway(&udn).await?;
            let models: Vec<String> = session
                .view()
                .data_models
                .into_iter()
                .map(|model| model.uri)
                .collect();
            Ok((session, models.join(", ")))
        })
        .await?
        .0;
    told.step("read its whole tree", async {
        session.read_subtree(session.naming().location()).await?;
        Ok(((), format!("{} parameters", session.view().loaded)))
    })
    .await?;
    let path = "Device.WiFi.SSID.1.SSID";
    told.step("change the Wi-Fi name and read it back", async {
        let edits = management
            .prepare(&session, &[(path.to_owned(), "Lanside demo".to_owned())])
            .await?;
        let (applied, error) = management.apply(&session, edits, None).await?;
        if let Some(error) = error {
            return Err(error);
        }
        verified(
            &session.name,
            applied
                .changes
                .iter()
                .filter(|change| change.state != EditState::Verified)
                .count(),
        )?;
        Ok(((), format!("{} verified", applied.changes.len())))
    })
    .await?;
    told.step("restart it and wait until it is back", async {
        let mut phases = Vec::new();
        management
            .reboot(&udn, Some(RESTART), |step| {
                phases.push(format!("{:?}", step.phase).to_lowercase())
            })
            .await?;
        Ok(((), phases.join(", ")))
    })
    .await?;
    told.step("find the change still in place", async {
        let session = management.open_gateway(&udn).await?;
        let (nodes, _) = session.values(&[session.upnp_path(path)?]).await?;
        let value = nodes
            .first()
            .and_then(|node| node.value.clone())
            .unwrap_or_default();
        verified(&session.name, usize::from(value != "Lanside demo"))?;
        Ok(((), format!("{path} = {value}")))
    })
    .await?;
    management.close().await;
    gateway.stop().await;
    Ok(())
}

fn verified(gateway: &str, differing: usize) -> Result<(), Error> {
    if differing > 0 {
        return Err(Error::NotVerified {
            gateway: gateway.to_owned(),
            differing,
            sent: 1,
        });
    }
    Ok(())
}

/// Tells each step as it ends.
struct Told<'a> {
    output: &'a Output,
}

impl Told<'_> {
    async fn step<T>(
        &self,
        name: &str,
        work: impl std::future::Future<Output = Result<(T, String), Error>>,
    ) -> Result<(T, ()), Error> {
        let start = Instant::now();
        let progress = self.output.progress(name);
        let outcome = work.await;
        drop(progress);
        let seconds = start.elapsed().as_secs_f64();
        if self.output.is_json() {
            self.output
                .document(&json!({ "step": name, "ok": outcome.is_ok(), "seconds": seconds }));
        } else {
            let mark = if outcome.is_ok() {
                tone(Tone::Good, "ok  ")
            } else {
                tone(Tone::Bad, "fail")
            };
            let detail = outcome
                .as_ref()
                .map(|(_, detail)| detail.clone())
                .unwrap_or_default();
            self.output.line(&format!(
                "{mark} {seconds:>7.3} s  {name}  {}",
                tone(Tone::Faint, &detail)
            ));
        }
        outcome.map(|(value, _)| (value, ()))
    }
}
