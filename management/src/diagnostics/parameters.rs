//! Tests by the data model: writing `Requested` into an object's DiagnosticsState starts one,
//! the same parameter says how far it is, the others hold what it found (TR-181 and TR-098).
//!
//! Each object holds one test at a time, whoever started it. What is written belongs to the
//! test and is no configuration: it is not journalled.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;
use upnp::data_model::path::ParameterPath;

use super::basic::is_silence;
use super::found;
use super::kind::patience;
use super::problem::TestProblem;
use super::run::{Asked, Cause, Run};
use super::view::{RunState, TestInterface, TestKind, TestNews, TestWay};
use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;
use crate::picked::Picked;
use crate::session::Session;

/// Values of one object by their name below it.
pub(super) type Values = BTreeMap<String, String>;

const STATE: &str = "DiagnosticsState";
const REQUESTED: &str = "Requested";

/// Where a kind is in the two data models, and which parameter holds its target.
struct Place {
    kind: TestKind,
    /// Below the model's root, that of TR-181 first.
    objects: &'static [&'static str],
    target: Option<&'static str>,
}

const PLACES: [Place; 9] = [
    Place {
        kind: TestKind::Ping,
        objects: &["IP/Diagnostics/IPPing/", "IPPingDiagnostics/"],
        target: Some("Host"),
    },
    Place {
        kind: TestKind::Traceroute,
        objects: &["IP/Diagnostics/TraceRoute/", "TraceRouteDiagnostics/"],
        target: Some("Host"),
    },
    Place {
        kind: TestKind::Nslookup,
        objects: &[
            "DNS/Diagnostics/NSLookupDiagnostics/",
            "NSLookupDiagnostics/",
        ],
        target: Some("HostName"),
    },
    Place {
        kind: TestKind::Download,
        objects: &[
            "IP/Diagnostics/DownloadDiagnostics/",
            "DownloadDiagnostics/",
        ],
        target: Some("DownloadURL"),
    },
    Place {
        kind: TestKind::Upload,
        objects: &["IP/Diagnostics/UploadDiagnostics/", "UploadDiagnostics/"],
        target: Some("UploadURL"),
    },
    Place {
        kind: TestKind::Udpecho,
        objects: &["IP/Diagnostics/UDPEchoDiagnostics/"],
        target: Some("Host"),
    },
    Place {
        kind: TestKind::Serverselection,
        objects: &["IP/Diagnostics/ServerSelectionDiagnostics/"],
        target: Some("HostList"),
    },
    Place {
        kind: TestKind::Neighbours,
        objects: &["WiFi/NeighboringWiFiDiagnostic/"],
        target: None,
    },
    Place {
        kind: TestKind::Line,
        objects: &["DSL/Diagnostics/ADSLLineTest/"],
        target: None,
    },
];

/// An object this gateway has.
pub(super) struct Found {
    pub kind: TestKind,
    object: String,
    target: Option<&'static str>,
}

/// The objects this gateway has, of one kind or of all.
pub(super) async fn offered(
    session: &Session,
    kind: Option<TestKind>,
) -> Result<Vec<Found>, Error> {
    let root = session.naming().location();
    let mut candidates = Vec::new();
    for place in PLACES
        .iter()
        .filter(|place| kind.is_none_or(|kind| kind == place.kind))
    {
        for object in place.objects {
            candidates.push(Found {
                kind: place.kind,
                object: format!("{root}{object}"),
                target: place.target,
            });
        }
    }
    let states: Vec<String> = candidates
        .iter()
        .map(|found| format!("{}{STATE}", found.object))
        .collect();
    let (values, _) = session.read_values(&states).await?;
    let mut seen = Vec::new();
    candidates.retain(|found| {
        let there = values.get(&format!("{}{STATE}", found.object)).is_some();
        let first = there && !seen.contains(&found.kind);
        if first {
            seen.push(found.kind);
        }
        first
    });
    Ok(candidates)
}

/// Runs a test to its end.
pub(super) async fn run(
    management: &Management,
    session: Arc<Session>,
    found: &Found,
    asked: &Asked<'_>,
    on_news: &mut (impl FnMut(TestNews) + Send),
) -> Result<Run, Error> {
    let name = session.name.clone();
    let before = read(&session, &found.object).await?;
    if before.get(STATE).map(|state| state.trim()) == Some(REQUESTED) {
        let target = found.target.and_then(|target| before.get(target).cloned());
        return Err(TestProblem::Busy {
            target: target.filter(|target| !target.is_empty()),
        }
        .at(&name));
    }
    let settings = settings(&session, found, asked, &before)?;
    let events = management
        .subscription(
            &session.link,
            &session.services.device,
            &session.services.configuration,
        )
        .await
        .ok();
    let mut run = Run::begin(asked, TestWay::DataModel, events);
    set(&session, &found.object, &settings).await?;
    on_news(TestNews::Started {
        way: TestWay::DataModel,
        test_id: None,
        patience_s: u32::try_from(patience(asked.kind, asked.request).as_secs())
            .unwrap_or(u32::MAX),
    });
    run.went_on(RunState::Requested, Cause::Poll, on_news);
    let mut session = session;
    let mut stopping = false;
    loop {
        let cause = run.wait(asked.stop, stopping).await;
        if cause == Cause::Stop {
            stopping = true;
            stop(&session, found, asked).await?;
        }
        match look(&session, found, asked).await {
            Ok(Look::Running) => {
                run.answered();
                run.went_on(RunState::InProgress, cause, on_news);
            }
            Ok(Look::TakenOver) => return Err(TestProblem::TakenOver.at(&name)),
            Ok(Look::Ended) => {
                run.went_on(RunState::Canceled, cause, on_news);
                return Ok(run.canceled(cause));
            }
            Ok(Look::Over(status)) => {
                let values = read(&session, &found.object).await?;
                let result = found::result(asked.kind, &values);
                run.went_on(RunState::Completed, cause, on_news);
                return Ok(run.completed((status, String::new(), result), cause));
            }
            Err(Error::Gateway { source, .. }) if is_silence(&source) => {
                run.silent(&source, on_news);
                if run.silent_too_long() {
                    return Err(session.failed(Step::Test, source));
                }
                management.close_gateway(asked.udn).await;
                run.pause().await;
                if let Ok(again) = management.open_gateway(asked.udn).await {
                    session = again;
                }
            }
            Err(error) => return Err(error),
        }
        if Instant::now() >= run.deadline {
            return Err(TestProblem::NeverEnds {
                after_s: run.seconds(),
                stopped: stop(&session, found, asked).await.is_ok(),
            }
            .at(&name));
        }
    }
}

/// Interfaces a test may go out through.
pub(super) async fn interfaces(session: &Session) -> Result<Vec<TestInterface>, Error> {
    const TABLE: &str = "IP/Interface/";
    let picked = Picked::read(session, &[TABLE]).await?;
    let rows = picked.rows(TABLE).into_iter().take(limits::STATUS_ROWS);
    let named = |row: &str| {
        let mut names = ["Alias", "Name"].iter();
        names.find_map(|name| picked.text(&format!("{row}{name}")))
    };
    Ok(rows
        .map(|row| TestInterface {
            path: picked.shown(&row),
            name: named(&row).unwrap_or_default().to_owned(),
        })
        .collect())
}

/// What is written: the target, what the person chose, and the request itself.
fn settings(
    session: &Session,
    found: &Found,
    asked: &Asked<'_>,
    before: &Values,
) -> Result<Vec<(String, String)>, Error> {
    let request = asked.request;
    let interface = request.interface.as_deref().map(|path| {
        let path = session.upnp_path(path)?;
        Ok::<_, Error>(path.trim_end_matches('/').to_owned())
    });
    let tries = if asked.kind == TestKind::Traceroute {
        "NumberOfTries"
    } else {
        "NumberOfRepetitions"
    };
    let text = |number: Option<u32>| number.map(|number| number.to_string());
    let chosen = [
        (tries, text(request.repetitions)),
        ("Timeout", text(request.timeout_ms)),
        ("DataBlockSize", text(request.block_size.map(u32::from))),
        ("DSCP", text(request.dscp.map(u32::from))),
        ("MaxHopCount", text(request.max_hops)),
        ("DNSServer", request.dns_server.clone()),
        ("Port", text(request.port.map(u32::from))),
        ("TestFileLength", text(request.octets)),
        ("Interface", interface.transpose()?),
    ];
    let mut settings = Vec::new();
    if let (Some(parameter), Some(target)) = (found.target, &asked.target) {
        settings.push((parameter.to_owned(), target.clone()));
    }
    for (parameter, value) in chosen {
        let Some(value) = value else { continue };
        if !before.contains_key(parameter) {
            return Err(TestProblem::Target {
                kind: asked.kind,
                reason: format!("this gateway's test has no {parameter}"),
            }
            .at(&session.name));
        }
        settings.push((parameter.to_owned(), value));
    }
    settings.push((STATE.to_owned(), REQUESTED.to_owned()));
    Ok(settings)
}

async fn set(session: &Session, object: &str, settings: &[(String, String)]) -> Result<(), Error> {
    let mut values = Vec::with_capacity(settings.len());
    for (name, value) in settings {
        let path = format!("{object}{name}");
        let path = ParameterPath::parse(&path).map_err(|_| Error::NoSuchPath {
            gateway: session.name.clone(),
            path: path.clone(),
        })?;
        values.push((path, value.clone()));
    }
    session
        .configuration()
        .set_values(&values)
        .await
        .map_err(|source| session.failed(Step::Test, source))?;
    Ok(())
}

/// Asks for `Canceled`, which TR-181 knows since version 2.12; before that any other
/// parameter that is written ends a test.
async fn stop(session: &Session, found: &Found, asked: &Asked<'_>) -> Result<(), Error> {
    let canceled = [(STATE.to_owned(), "Canceled".to_owned())];
    let refused = match set(session, &found.object, &canceled).await {
        Err(error) if error.is_refusal() => error,
        other => return other,
    };
    match (found.target, &asked.target) {
        (Some(parameter), Some(target)) => {
            let again = [(parameter.to_owned(), target.clone())];
            set(session, &found.object, &again).await
        }
        _ => Err(refused),
    }
}

enum Look {
    Running,
    /// Over, with this word.
    Over(String),
    /// Ended without a result.
    Ended,
    /// Somebody else's test is in the object.
    TakenOver,
}

async fn look(session: &Session, found: &Found, asked: &Asked<'_>) -> Result<Look, Error> {
    let mut paths = vec![format!("{}{STATE}", found.object)];
    paths.extend(
        found
            .target
            .map(|target| format!("{}{target}", found.object)),
    );
    let (values, problems) = session.read_values(&paths).await?;
    let Some(state) = values.get(&paths[0]) else {
        let path = problems
            .first()
            .map_or(paths[0].clone(), |problem| problem.upnp_path.clone());
        return Err(Error::NoSuchPath {
            gateway: session.name.clone(),
            path,
        });
    };
    let now = paths.get(1).and_then(|path| values.get(path));
    if let (Some(now), Some(ours)) = (now, &asked.target) {
        if now.trim() != ours {
            return Ok(Look::TakenOver);
        }
    }
    Ok(match state.trim() {
        REQUESTED => Look::Running,
        "None" | "Canceled" | "" => Look::Ended,
        word if word.starts_with("Complete") || word.starts_with("Error") => {
            Look::Over(word.to_owned())
        }
        // A maker's word for a state in between.
        _ => Look::Running,
    })
}

/// Values of an object by their name below it.
async fn read(session: &Session, object: &str) -> Result<Values, Error> {
    let (values, _) = session.read_values(&[object.to_owned()]).await?;
    let below = values.iter().filter_map(|(path, value)| {
        let name = path.strip_prefix(object)?;
        Some((name.to_owned(), value.to_owned()))
    });
    Ok(below.collect())
}
