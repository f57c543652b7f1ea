//! `tree` and `get`.

use management::view::{NodeKind, NodeStatus, NodeView};
use management::{Error, Management, Problem, Session, Step};
use serde_json::json;

use crate::output::{table, tone, Output, Tone};

pub async fn tree(
    management: &Management,
    device: &str,
    path: Option<&str>,
    depth: Option<u32>,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let start = match path {
        Some(path) => session.upnp_path(path)?,
        None => session.naming().location().to_owned(),
    };
    let nodes = session.nodes(&start, depth).await?;
    drop(progress);
    let document =
        json!({ "nodes": nodes.iter().map(|node| tree_node(node, &session)).collect::<Vec<_>>() });
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
                vec![node.path.clone(), access.to_owned(), kind]
            })
            .collect();
        table(&rows)
    });
    Ok(())
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
            "description": session.description_of(&node.upnp_path),
        }));
    }
    let problem_documents: Vec<_> = problems
        .iter()
        .map(|problem| {
            json!({
                "path": session.naming().shown(&problem.upnp_path),
                "upnp_path": problem.upnp_path,
                "reason": problem.reason,
                "upnp_code": problem.upnp_code,
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

fn tree_node(node: &NodeView, session: &Session) -> serde_json::Value {
    json!({
        "path": node.path,
        "upnp_path": node.upnp_path,
        "kind": node.kind,
        "access": node.access,
        "type": node.data_type,
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
