//! Fetching documents over unprotected HTTP: descriptions, SCPDs, logs.
//!
//! The ordinary HTTP library reads first. What it must refuse as HTTP is
//! fetched once more by our own tolerant reader: fetching changes nothing.
//! Neither of them uses a proxy, follows to another host, unpacks anything, or
//! outlives its deadline.

use std::time::Duration;

use tokio::time::{timeout_at, Instant};
use url::Url;

use super::address::HostAddress;
use super::answer_body::{Completeness, DocumentEnd};
use super::connection::{Call, Connection, Repeat};
use super::http_exchange::{Bounds, HttpRequest};
use super::limits;
use super::trace::Trace;
use crate::error::{Error, Step};
use crate::xml::text::charset;

/// A document with where it finally came from.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// After redirects: the base of relative URLs inside.
    pub url: Url,
    /// The octets, without any framing.
    pub body: Vec<u8>,
    /// Of the Content-Type, if named there.
    pub charset: Option<String>,
    /// Departures from HTTP that were accepted.
    pub forgiven: Vec<&'static str>,
}

/// Fetches documents; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    library: reqwest::Client,
    user_agent: String,
    trace: Option<Trace>,
}

/// What one request without redirects brought.
struct Hop {
    status: u16,
    location: Option<String>,
    login: Option<String>,
    charset: Option<String>,
    body: Vec<u8>,
    forgiven: Vec<&'static str>,
}

impl HttpClient {
    pub(crate) fn new(user_agent: &str, trace: Option<Trace>) -> Result<Self, Error> {
        let library = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(limits::CONNECT)
            .tcp_nodelay(true)
            // A kept connection would occupy one of the few a gateway has.
            .pool_max_idle_per_host(0)
            .user_agent(user_agent)
            .build()
            .map_err(|error| Error::Local {
                detail: format!("the HTTP library does not start: {error}"),
            })?;
        Ok(HttpClient {
            library,
            user_agent: user_agent.to_owned(),
            trace,
        })
    }

    /// Fetches `url`, whose host must be `host`, following redirects there.
    pub(crate) async fn get(
        &self,
        host: HostAddress,
        url: &Url,
        step: Step,
        bounds: Bounds,
    ) -> Result<Fetched, Error> {
        let deadline = Instant::now() + bounds.time;
        let mut url = url.clone();
        for _ in 0..=limits::REDIRECTS {
            check_host(host, &url, "the document")?;
            self.note_get(&url);
            let hop = match self.hop(host, &url, step, bounds, deadline).await {
                Ok(hop) => hop,
                Err(error) => {
                    if let Some(trace) = &self.trace {
                        trace.failure(url.as_str(), &error);
                    }
                    return Err(error);
                }
            };
            if let Some(trace) = &self.trace {
                trace.document(&url, hop.status, &hop.body, &hop.forgiven);
            }
            let address = host.with_port(url.port_or_known_default().unwrap_or(80));
            match (hop.status, hop.location) {
                (200..=299, _) => {
                    return Ok(Fetched {
                        url,
                        body: hop.body,
                        charset: hop.charset,
                        forgiven: hop.forgiven,
                    })
                }
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    url = url
                        .join(location.trim())
                        .map_err(|error| Error::Unreadable {
                            what: format!("the redirect of {address}"),
                            detail: error.to_string(),
                        })?;
                    check_host(host, &url, "the redirect")?;
                }
                (404 | 410, _) => {
                    return Err(Error::NotOffered {
                        what: url.to_string(),
                    })
                }
                (401 | 403, _) if hop.login.as_deref().is_some_and(is_digest) => {
                    return Err(Error::IssueOneLogin { address })
                }
                (status, _) => {
                    return Err(Error::HttpStatus {
                        address,
                        step,
                        status,
                    })
                }
            }
        }
        Err(Error::Unreadable {
            what: format!("{url}"),
            detail: format!("more than {} redirects", limits::REDIRECTS),
        })
    }

    /// Fetches a document, or the beginning of one that is larger than the bounds; then the
    /// second value is true. Redirects are not followed.
    pub(crate) async fn get_beginning(
        &self,
        host: HostAddress,
        url: &Url,
        bounds: Bounds,
    ) -> Result<(Fetched, bool), Error> {
        check_host(host, url, "the document")?;
        self.note_get(url);
        let (port, step) = (port_of(url), Step::Document);
        let address = host.with_port(port);
        let fields = [
            ("USER-AGENT", self.user_agent.as_str()),
            ("CONNECTION", "close"),
        ];
        let call = Call {
            port,
            request: HttpRequest {
                method: "GET",
                target: &target_of(url),
                host: &address,
                fields: &fields,
                body: &[],
            },
            bounds,
            repeat: Repeat::Allowed,
            step,
            action: "",
        };
        let answer = Connection::plain(host).perform(&call).await?;
        match answer.status {
            200..=299 => Ok((
                Fetched {
                    url: url.clone(),
                    charset: answer.charset(),
                    body: answer.body.into_vec(),
                    forgiven: answer.forgiven,
                },
                answer.cut,
            )),
            404 | 410 => Err(Error::NotOffered { what: shown(url) }),
            status => Err(Error::HttpStatus {
                address,
                step,
                status,
            }),
        }
    }

    fn note_get(&self, url: &Url) {
        if let Some(trace) = &self.trace {
            trace.fetch(url);
        }
    }

    async fn hop(
        &self,
        host: HostAddress,
        url: &Url,
        step: Step,
        bounds: Bounds,
        deadline: Instant,
    ) -> Result<Hop, Error> {
        // The library's URLs cannot say through which adapter.
        if host.scope_id() == 0 {
            match timeout_at(deadline, self.with_library(host, url, step, bounds.bytes)).await {
                Ok(Ok(Some(hop))) => return Ok(hop),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => {
                    return Err(Error::TimedOut {
                        address: host.with_port(port_of(url)),
                        step,
                        after: bounds.time,
                    })
                }
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        self.tolerantly(
            host,
            url,
            step,
            Bounds {
                time: left,
                ..bounds
            },
        )
        .await
    }

    /// `None` when the answer is not the HTTP the library takes.
    async fn with_library(
        &self,
        host: HostAddress,
        url: &Url,
        step: Step,
        limit_bytes: usize,
    ) -> Result<Option<Hop>, Error> {
        let address = || host.with_port(port_of(url));
        let request = self
            .library
            .get(url.clone())
            .header("Accept-Language", "en");
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() && error.is_timeout() => {
                return Err(Error::TimedOut {
                    address: address(),
                    step: Step::Connect,
                    after: limits::CONNECT,
                })
            }
            Err(error) if error.is_connect() => {
                return Err(Error::Unreachable {
                    address: address(),
                    step: Step::Connect,
                    detail: innermost(&error),
                })
            }
            Err(error) => {
                tracing::debug!(%url, reason = innermost(&error), "fetched again, more tolerantly");
                return Ok(None);
            }
        };
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let mut hop = Hop {
            status: response.status().as_u16(),
            location: header("location"),
            login: header("www-authenticate"),
            charset: header("content-type").and_then(|value| charset(&value)),
            body: Vec::new(),
            forgiven: Vec::new(),
        };
        loop {
            match response.chunk().await {
                // Cut off at a length that was announced too small.
                Ok(None) if DocumentEnd::of(&hop.body) == Completeness::CutOff => return Ok(None),
                Ok(None) => return Ok(Some(hop)),
                Ok(Some(chunk)) if hop.body.len() + chunk.len() > limit_bytes => {
                    return Err(Error::TooLarge {
                        address: address(),
                        step,
                        limit_bytes,
                    })
                }
                Ok(Some(chunk)) => hop.body.extend_from_slice(&chunk),
                // Shorter than announced, then closed: the document decides.
                Err(_) if DocumentEnd::of(&hop.body) == Completeness::Complete => {
                    hop.forgiven.push("Content-Length larger than the body");
                    return Ok(Some(hop));
                }
                Err(error) => {
                    tracing::debug!(%url, reason = innermost(&error), "fetched again, more tolerantly");
                    return Ok(None);
                }
            }
        }
    }

    async fn tolerantly(
        &self,
        host: HostAddress,
        url: &Url,
        step: Step,
        bounds: Bounds,
    ) -> Result<Hop, Error> {
        let port = port_of(url);
        let host_field = host.with_port(port);
        let fields = [
            ("USER-AGENT", self.user_agent.as_str()),
            ("ACCEPT-LANGUAGE", "en"),
            ("CONNECTION", "close"),
        ];
        let connection = Connection::plain(host);
        let call = Call {
            port,
            request: HttpRequest {
                method: "GET",
                target: &target_of(url),
                host: &host_field,
                fields: &fields,
                body: &[],
            },
            bounds,
            repeat: Repeat::Allowed,
            step,
            action: "",
        };
        let answer = connection.perform(&call).await?;
        Ok(Hop {
            status: answer.status,
            location: answer.field("location").map(str::to_owned),
            login: answer.field("www-authenticate").map(str::to_owned),
            charset: answer.charset(),
            body: answer.body.into_vec(),
            forgiven: answer.forgiven,
        })
    }
}

/// The bounds of one description or SCPD.
pub(crate) fn description_bounds(time: Duration) -> Bounds {
    Bounds {
        time: limits::DESCRIPTION.min(time),
        bytes: crate::limits::DESCRIPTION_BYTES,
        part: false,
    }
}

/// Path and query of a URL, as a request line has them.
pub(crate) fn target_of(url: &Url) -> String {
    url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    )
}

pub(crate) fn port_of(url: &Url) -> u16 {
    url.port_or_known_default().unwrap_or(80)
}

/// Whether a WWW-Authenticate value is the login of TR-064 Issue 1.
pub(crate) fn is_digest(challenge: &str) -> bool {
    challenge
        .trim_start()
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("digest"))
}

/// The same-host rule: plain HTTP, to the very address, with a real port.
pub(crate) fn check_host(host: HostAddress, url: &Url, what: &str) -> Result<(), Error> {
    let clean = url.username().is_empty() && url.password().is_none() && url.port() != Some(0);
    if url.scheme() == "http" && host.is_host_of(url) && clean {
        return Ok(());
    }
    Err(Error::ForeignAddress {
        what: what.to_owned(),
        found: shown(url),
        expected: host.to_string(),
    })
}

/// A URL without what might be a password in it.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Fails only for URLs that cannot have a user in the first place.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
