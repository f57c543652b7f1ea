//! The gateway's web page for its users: it shows a PIN for an introduction, lists the control points the gateway
//! knows, and sets their roles (TR-064, Appendix I.1.3, the PIN and the Admin role from a web page).
//!
//! It has a port of its own, because the secure port of DeviceProtection demands a certificate that no browser has.
//! Everything but the login needs a user who holds Admin, and every form carries the token of its session.

mod form;
mod page;
mod sessions;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http::header::{HeaderName, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use openssl::ssl::Ssl;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use crate::acl::{RoleSet, Subject};
use crate::answer::{self, AnyBody};
use crate::device::Core;
use crate::enrollee::crypto::same;
use crate::enrollee::machine::OsRandomness;
use crate::enrollee::permission::Grant;
use crate::identity::IdentityUuid;
use crate::options::RolePolicy;
use crate::{limits, lock, login};

use self::form::Form;
pub use self::sessions::Sessions;
use self::sessions::{Key, Visitor};

/// Nothing from elsewhere, nothing executable, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Serves the page until it is dropped; then all its connections are cut.
pub async fn serve(core: Arc<Core>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) if connections.len() < limits::WEB_CONNECTIONS => {
                let served = connection(core.clone(), stream);
                connections.spawn(async move {
                    if let Ok(Err(error)) = timeout(limits::WEB_CONNECTION, served).await {
                        tracing::debug!(%error, %peer, "visitor left");
                    }
                });
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "visitor not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }
}

async fn connection(core: Arc<Core>, stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let ssl = Ssl::new(&core.certificate().web).map_err(io::Error::other)?;
    let mut stream = SslStream::new(ssl, stream).map_err(io::Error::other)?;
    let accepted = std::pin::Pin::new(&mut stream).accept();
    timeout(limits::TLS_HANDSHAKE, accepted)
        .await
        .map_err(io::Error::other)?
        .map_err(io::Error::other)?;
    let service = service_fn(move |request| {
        let core = core.clone();
        async move { Ok::<_, std::convert::Infallible>(respond(&core, request).await) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    served.await.map_err(io::Error::other)
}

/// The address of the page.
pub fn location(address: SocketAddr) -> String {
    format!("https://{}/", crate::place::without_scope(address))
}

async fn respond(core: &Core, request: Request<Incoming>) -> Response<AnyBody> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, limits::WEB_FORM).collect().await else {
        return guarded(answer::bare(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let key = cookie(&head.headers);
    let (now, path) = (Instant::now(), head.uri.path());
    let answered = match (head.method.as_str(), path) {
        ("GET", "/") => show(core, key.as_deref(), now),
        ("POST", "/login" | "/pin" | "/role" | "/logout") => match Form::read(&body.to_bytes()) {
            Some(form) => post(core, path, key.as_deref(), &form, now),
            None => plain(StatusCode::BAD_REQUEST, "This form cannot be read."),
        },
        (_, "/" | "/login" | "/pin" | "/role" | "/logout") => {
            plain(StatusCode::METHOD_NOT_ALLOWED, "Not this way.")
        }
        _ => plain(StatusCode::NOT_FOUND, "There is no such page."),
    };
    guarded(answered)
}

/// The key in the session's cookie.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(COOKIE).into_iter();
    let mut pairs = all.filter_map(|value| value.to_str().ok());
    pairs.find_map(|line| {
        let mut parts = line.split(';').map(str::trim);
        parts.find_map(|part| part.strip_prefix("session=").map(str::to_owned))
    })
}

fn guarded(mut response: Response<AnyBody>) -> Response<AnyBody> {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-security-policy", POLICY),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        let name = HeaderName::from_static(name);
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn plain(status: StatusCode, words: &str) -> Response<AnyBody> {
    html(status, &page::message(words))
}

fn html(status: StatusCode, body: &str) -> Response<AnyBody> {
    answer::text(status, "text/html; charset=\"utf-8\"", body.to_owned())
}

/// Back to the page, with another key if there is one.
fn back(key: Option<&Key>) -> Response<AnyBody> {
    let mut response = answer::bare(StatusCode::SEE_OTHER);
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static("/"));
    set_cookie(&mut response, key);
    response
}

fn set_cookie(response: &mut Response<AnyBody>, key: Option<&Key>) {
    let text = key.map(|key| {
        let key = key.text();
        format!("session={key}; Path=/; Secure; HttpOnly; SameSite=Strict")
    });
    if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
}

/// The page as this visitor may see it.
fn show(core: &Core, key: Option<&str>, now: Instant) -> Response<AnyBody> {
    let (visitor, new_key) = lock(&core.web).visit(key, now);
    let about = core.about();
    let name = &about.friendly_name;
    let user = visitor.user.clone().filter(|user| administers(core, user));
    let body = match user {
        None => page::login(name, &visitor),
        Some(user) => {
            let protection = lock(&core.protection);
            let pin = match core.options.role_policy {
                RolePolicy::WebPin => {
                    page::PinPart::Here(protection.host().permission().page_pin(now))
                }
                _ => page::PinPart::Elsewhere,
            };
            page::overview(name, &user, &visitor, &pin, protection.acl())
        }
    };
    let mut response = html(StatusCode::OK, &body);
    set_cookie(&mut response, new_key.as_ref());
    response
}

/// Whether a user may administer the gateway at this moment.
fn administers(core: &Core, user: &str) -> bool {
    let protection = lock(&core.protection);
    let known = protection.acl().user(user);
    known.is_some_and(|user| user.roles.has("Admin"))
}

fn post(
    core: &Core,
    path: &str,
    key: Option<&str>,
    form: &Form,
    now: Instant,
) -> Response<AnyBody> {
    let token = form.field("token").unwrap_or_default();
    let Some(visitor) = lock(&core.web).known(key, token, now) else {
        return plain(
            StatusCode::FORBIDDEN,
            "This page is too old. Open it again.",
        );
    };
    if path == "/login" {
        return log_in(core, form, now);
    }
    let user = visitor.user.clone().filter(|user| administers(core, user));
    let Some(user) = user else {
        return plain(StatusCode::FORBIDDEN, "Log in first.");
    };
    let outcome = match path {
        "/pin" => make_pin(core, form, now),
        "/role" => set_role(core, form),
        _ => {
            lock(&core.web).forget(key);
            return back(None);
        }
    };
    match outcome {
        Ok(()) => {
            tracing::info!(user, path, "done on the web page");
            back(None)
        }
        Err(reason) => plain(StatusCode::BAD_REQUEST, reason),
    }
}

fn log_in(core: &Core, form: &Form, now: Instant) -> Response<AnyBody> {
    if !lock(&core.web).may_try(now) {
        return plain(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many wrong passwords. Wait a minute.",
        );
    }
    let (name, password) = (form.field("name"), form.field("password"));
    let known = name
        .and_then(|name| lock(&core.protection).acl().user(name).cloned())
        .and_then(|user| Some((user.name, user.roles, user.password?)));
    // Somebody unknown takes as long to refuse as a wrong password.
    let salt = known.as_ref().map_or([0; 16], |(_, _, kept)| kept.salt);
    let spelt = known.as_ref().map_or("", |(name, _, _)| name);
    let proven = login::stored(spelt, password.unwrap_or_default(), &salt);
    let right = known.as_ref().filter(|(_, _, kept)| {
        proven
            .as_ref()
            .is_ok_and(|proven| same(proven.expose(), kept.stored.expose()))
    });
    match right {
        None => {
            lock(&core.web).failed(now);
            plain(StatusCode::UNAUTHORIZED, "This name or password is wrong.")
        }
        Some((_, roles, _)) if !roles.has("Admin") => plain(
            StatusCode::FORBIDDEN,
            "This page is for users who may administer the gateway.",
        ),
        // A key of its own: one that somebody planted before is worth nothing after the login.
        Some((name, _, _)) => back(Some(&lock(&core.web).logged_in(name, now))),
    }
}

fn make_pin(core: &Core, form: &Form, now: Instant) -> Result<(), &'static str> {
    let grant = match form.field("role") {
        Some("Admin") => Grant::Admin,
        Some("Basic") => Grant::Basic,
        _ => return Err("Choose Basic or Admin."),
    };
    if core.options.role_policy != RolePolicy::WebPin {
        return Err("This gateway's PIN is not on this page.");
    }
    let mut protection = lock(&core.protection);
    let permission = protection.host_mut().permission_mut();
    permission.renew_page_pin(now, grant, &mut OsRandomness);
    Ok(())
}

fn set_role(core: &Core, form: &Form) -> Result<(), &'static str> {
    let id = form.field("id").and_then(IdentityUuid::parse);
    let subject = Subject::ControlPoint(id.ok_or("There is no such control point.")?);
    let roles = match form.field("role") {
        Some("Public") => "Public",
        Some("Basic") => "Public Basic",
        Some("Admin") => "Public Basic Admin",
        _ => return Err("Choose Public, Basic or Admin."),
    };
    core.with_protection(|protection, _| protection.set_roles(&subject, &RoleSet::parse(roles)))
        .map_err(|_| "That would leave nobody to administer the gateway, or it is not known.")
}

/// What the page needs of its visitor.
impl Visitor {
    fn token(&self) -> String {
        self.token.text()
    }
}
