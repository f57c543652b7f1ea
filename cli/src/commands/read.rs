//! `tree` and `get`.

use std::collections::HashMap;

use management::view::{NodeKind, NodeStatus, NodeView};
use management::{Error, Management, Problem, Session, Step};
use serde_json::json;

use crate::interrupt::Interrupt;
use crate::output::{table, tone, Output, Progress, Tone};
use crate::Ended;

pub async fn tree(
    management: &Management,
    device: &str,
    path: Option<&str>,
    depth: Option<u32>,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let start = match path {
        Some(path) => session.upnp_path(path)?,
        None => session.naming().location().to_owned(),
    };
    let (nodes, complete) = match depth {
        Some(_) => (session.nodes(&start, depth).await?, true),
        None => {
            let complete = load(&session, &start, interrupt, &progress).await?;
            (session.known_nodes(&start, None)?, complete)
        }
    };
    let refused: Vec<String> = nodes
        .iter()
        .filter(|node| node.status == NodeStatus::Refused)
        .map(|node| node.upnp_path.clone())
        .collect();
    let needed = session.roles_to_read(&refused).await;
    drop(progress);
    let loaded = session.loaded(&start);
    let shown = nodes.iter().map(|node| tree_node(node, &session, &needed));
    let document = json!({
        "nodes": shown.collect::<Vec<_>>(),
        "loaded": loaded.loaded,
        "refused": loaded.refused,
        "total": loaded.total,
        "complete": complete,
    });
    output.result(&document, || {
        let rows: Vec<Vec<String>> = nodes
            .iter()
            .map(|node| {
                let access = match (node.kind, node.access.as_deref()) {
                    (NodeKind::Parameter, Some("readWrite")) => "rw",
                    (NodeKind::Parameter, Some(_)) => "r",
                    _ => "",
                };
                let kind = match node.kind {
                    NodeKind::Table => "table".to_owned(),
                    NodeKind::Parameter => node.data_type.clone().unwrap_or_default(),
                    NodeKind::Object | NodeKind::Instance => String::new(),
                };
                let mut row = vec![node.path.clone(), access.to_owned(), kind];
                if let Some(remark) = remark(node, &needed) {
                    row.push(remark);
                }
                row
            })
            .collect();
        let mut lines = table(&rows);
        lines.push(tone(Tone::Faint, &loaded.words()));
        lines
    });
    if complete {
        Ok(())
    } else {
        Err(Ended::Stopped)
    }
}

/// Reads everything below a node. With Ctrl-C it ends after the request under way, and what was
/// read is shown; gives whether it went to the end.
async fn load(
    session: &Session,
    start: &str,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<bool, Error> {
    let load = session.load_subtree(start, |_, _| {
        progress.say(format!("Reading: {}", session.loaded(start).words()));
    });
    tokio::pin!(load);
    tokio::select! {
        ended = &mut load => ended,
        () = interrupt.pressed() => {
            session.cancel_load();
            load.await
        }
    }
}

/// Why a parameter has no value here; nothing where it has one.
fn remark(node: &NodeView, needed: &HashMap<String, Vec<String>>) -> Option<String> {
    match node.status {
        NodeStatus::Refused => Some(match needed.get(&node.upnp_path) {
            Some(roles) if !roles.is_empty() => {
                format!("refused; {} may read it", roles.join(", "))
            }
            _ => "refused".to_owned(),
        }),
        NodeStatus::NotSupported => Some("not supported".to_owned()),
        NodeStatus::NotRead if node.kind == NodeKind::Parameter => Some("not read yet".to_owned()),
        NodeStatus::Known | NodeStatus::NotRead => None,
    }
}

pub async fn get(
    management: &Management,
    device: &str,
    paths: &[String],
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let asked = paths
        .iter()
        .map(|path| session.upnp_path(path))
        .collect::<Result<Vec<_>, _>>()?;
    let (nodes, mut problems) = session.values(&asked).await?;
    let told = session.told_apart(&problems).await?;
    let not_shown: Vec<String> = problems
        .iter()
        .zip(&told)
        .filter(|(_, status)| **status == NodeStatus::Refused)
        .map(|(problem, _)| problem.upnp_path.clone())
        .collect();
    let needed = session.roles_to_read(&not_shown).await;
    drop(progress);
    if nodes.is_empty() {
        if let Some(problem) = problems.first() {
            return Err(refused(&session, problem));
        }
    }
    let mut parameters = Vec::with_capacity(nodes.len());
    for node in &nodes {
        // A gateway that shows a secret should not: it is not repeated here.
        if node.secret && node.status == NodeStatus::Known && node.value.is_none() {
            problems.push(Problem {
                upnp_path: node.upnp_path.clone(),
                reason: "it is a secret and is not shown".to_owned(),
                upnp_code: None,
            });
        }
        parameters.push(json!({
            "path": node.path,
            "upnp_path": node.upnp_path,
            "value": node.value,
            "type": node.data_type,
            "units": node.units,
            "status": node.status,
            "read_at": session.read_at(&node.upnp_path),
            "description": session.description_of(&node.upnp_path),
        }));
    }
    let problem_documents: Vec<_> = problems
        .iter()
        .enumerate()
        .map(|(at, problem)| {
            json!({
                "path": session.naming().shown(&problem.upnp_path),
                "upnp_path": problem.upnp_path,
                "reason": problem.reason,
                "upnp_code": problem.upnp_code,
                // What was added above is known, and kept back here.
                "status": told.get(at).copied().unwrap_or(NodeStatus::Known),
                "needed_roles": needed.get(&problem.upnp_path),
            })
        })
        .collect();
    output.result(
        &json!({ "parameters": parameters, "problems": problem_documents }),
        || {
            let mut lines = if let ([one], true) =
                (nodes.as_slice(), problems.is_empty() && paths.len() == 1)
            {
                // One value alone is what a script takes over.
                vec![one.value.clone().unwrap_or_default()]
            } else {
                let rows: Vec<Vec<String>> = nodes
                    .iter()
                    .map(|node| vec![node.path.clone(), node.value.clone().unwrap_or_default()])
                    .collect();
                table(&rows)
            };
            lines.extend(problems.iter().map(|problem| {
                tone(
                    Tone::Caution,
                    &format!(
                        "{}: {}",
                        session.naming().shown(&problem.upnp_path),
                        problem.reason
                    ),
                )
            }));
            lines
        },
    );
    Ok(())
}

fn tree_node(
    node: &NodeView,
    session: &Session,
    needed: &HashMap<String, Vec<String>>,
) -> serde_json::Value {
    json!({
        "path": node.path,
        "upnp_path": node.upnp_path,
        "kind": node.kind,
        "access": node.access,
        "type": node.data_type,
        "status": node.status,
        "read_at": session.read_at(&node.upnp_path),
        "needed_roles": needed.get(&node.upnp_path),
        "description": session.description_of(&node.upnp_path),
    })
}

fn refused(session: &Session, problem: &Problem) -> Error {
    match problem.upnp_code {
        Some(code) => Error::Gateway {
            gateway: session.name.clone(),
            step: Step::Read,
            source: upnp::Error::Refused {
                action: "GetValues".to_owned(),
                fault: upnp::soap::UpnpFault {
                    code,
                    description: problem.reason.clone(),
                },
            },
        },
        None => Error::NoSuchPath {
            gateway: session.name.clone(),
            path: session.naming().shown(&problem.upnp_path),
        },
    }
}
