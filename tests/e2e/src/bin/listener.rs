//! Listens to the events of one service and prints a JSON object a line for each, until it is ended:
//! `listener LOCATION SERVICE [GRANTED_S]`.
//!
//! With a third argument the publisher's answers pass through a door of its own that says it granted
//! only so many seconds, so that renewing can be seen without waiting for half an hour.

use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;

use serde_json::{json, Map};
use tokio::io::{copy, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use upnp::driver::{ControlPoint, Event, Location, Options};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = runtime
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(listen(&arguments)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("listener: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn listen(arguments: &[String]) -> Result<(), Failure> {
    let (location, service, granted) = match arguments {
        [location, service] => (location.clone(), service, None),
        [location, service, granted] => (location.clone(), service, Some(granted.clone())),
        _ => return Err("usage: listener LOCATION SERVICE [GRANTED_S]".into()),
    };
    let mut door = JoinSet::new();
    let location = match granted {
        Some(granted) => open_door(&location, granted, &mut door).await?,
        None => location,
    };
    let control_point = ControlPoint::new(Options::default())?;
    let device = control_point
        .describe(location.parse::<Location>()?)
        .await?;
    let service = device.service(service)?;
    let mut subscription = control_point.subscribe(&device, &service, None).await?;
    while let Some(event) = subscription.next().await {
        println!(
            "{}",
            match event {
                Event::Values {
                    seq,
                    variables,
                    initial,
                } => {
                    let variables: Map<_, _> = variables
                        .into_iter()
                        .map(|(name, value)| (name, json!(value)))
                        .collect();
                    json!({ "seq": seq, "initial": initial, "variables": variables })
                }
                other => json!({ "other": format!("{other:?}") }),
            }
        );
    }
    Ok(())
}

/// Opens the door; gives the location behind it.
async fn open_door(
    location: &str,
    granted: String,
    tasks: &mut JoinSet<()>,
) -> Result<String, Failure> {
    let rest = location.strip_prefix("http://").ok_or("not over HTTP")?;
    let (authority, path) = rest.split_once('/').ok_or("no path")?;
    let publisher: SocketAddr = authority.parse()?;
    // On this computer's address towards the publisher, which is where events must come in.
    let towards = UdpSocket::bind(("0.0.0.0", 0))?;
    towards.connect(publisher)?;
    let listener = TcpListener::bind((towards.local_addr()?.ip(), 0)).await?;
    let own = listener.local_addr()?;
    tasks.spawn(async move {
        let mut visitors = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let granted = granted.clone();
            visitors.spawn(async move {
                if let Err(error) = pass(stream, own, publisher, &granted).await {
                    eprintln!("listener: door: {error}");
                }
            });
        }
    });
    Ok(format!("http://{own}/{path}"))
}

/// Passes one request without a body and its answer.
async fn pass(
    mut from: TcpStream,
    own: SocketAddr,
    publisher: SocketAddr,
    granted: &str,
) -> Result<(), Failure> {
    let (head, _) = read_head(&mut from).await?;
    let request = head
        .replace(&own.to_string(), &publisher.to_string())
        .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let mut to = TcpStream::connect(publisher).await?;
    to.write_all(request.as_bytes()).await?;
    let (head, body) = read_head(&mut to).await?;
    let mut answer = String::new();
    for line in head.trim_end().split("\r\n") {
        let name = line.split(':').next().unwrap_or_default();
        if name.eq_ignore_ascii_case("timeout") {
            answer.push_str(&format!("{name}: Second-{granted}\r\n"));
        } else {
            answer.push_str(&format!("{line}\r\n"));
        }
    }
    answer.push_str("\r\n");
    let renewal =
        request.starts_with("SUBSCRIBE") && !request.to_ascii_lowercase().contains("\r\ncallback:");
    if renewal {
        let status = head.lines().next().unwrap_or_default();
        println!("{}", json!({ "renewal": status }));
    }
    from.write_all(answer.as_bytes()).await?;
    from.write_all(&body).await?;
    copy(&mut to, &mut from).await?;
    Ok(())
}

/// The head of a message, and what of its body came with it.
async fn read_head(stream: &mut TcpStream) -> Result<(String, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = bytes.split_off(at + 4);
            return Ok((String::from_utf8(bytes)?, body));
        }
        if stream.read_buf(&mut bytes).await? == 0 || bytes.len() > 64 * 1024 {
            return Err("no head".into());
        }
    }
}
