//! HTTP answers: ordinary ones, and the ways other makers' or hostile gateways spoil them.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SERVER};
use http::{HeaderValue, Response, StatusCode, Version};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use tokio::time::sleep;

use crate::faults::Body;
use crate::quirks::{Quirk, Quirks};
use crate::spoil::document;
use crate::ssdp;

/// A body of any kind.
pub type AnyBody = BoxBody<Bytes, Infallible>;

/// Size of the description nobody should read.
const HUGE: usize = 8 * 1024 * 1024;
/// Depth of the document nobody should read.
const DEEP: usize = 20_000;

/// An answer with a text body.
pub fn text(status: StatusCode, content_type: &'static str, body: String) -> Response<AnyBody> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    finish(response)
}

/// An answer without a body.
pub fn bare(status: StatusCode) -> Response<AnyBody> {
    let mut response = Response::new(full(String::new()));
    *response.status_mut() = status;
    finish(response)
}

/// A redirect to a path of the same host.
pub fn redirect(path: &'static str) -> Response<AnyBody> {
    let mut response = bare(StatusCode::MOVED_PERMANENTLY);
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static(path));
    response
}

fn finish(mut response: Response<AnyBody>) -> Response<AnyBody> {
    response
        .headers_mut()
        .insert(SERVER, HeaderValue::from_static(ssdp::SERVER));
    response
}

fn full(body: String) -> AnyBody {
    Full::new(Bytes::from(body)).boxed()
}

/// An XML answer, spoilt as asked.
pub fn xml(status: StatusCode, body: String, spoilt: Body, quirks: &Quirks) -> Response<AnyBody> {
    let mut response = text(status, "text/xml", String::new());
    match document::content_type(quirks) {
        Some(content_type) => {
            let value = HeaderValue::from_static(content_type);
            response.headers_mut().insert(CONTENT_TYPE, value);
        }
        None => {
            response.headers_mut().remove(CONTENT_TYPE);
        }
    }
    let mut length = body.len();
    let body = match spoilt {
        Body::Whole => {
            let octets = document::octets(body, quirks);
            length = octets.len();
            whole(octets, quirks)
        }
        Body::Malformed => full("<s:Envelope <<< \u{fffd} this is not XML & never was".to_owned()),
        Body::Huge => full(body.replacen(
            "<device>",
            &format!("<!--{}--><device>", " ".repeat(HUGE)),
            1,
        )),
        Body::Deep => full(format!(
            "<?xml version=\"1.0\"?>{}{}",
            "<a>".repeat(DEEP),
            "</a>".repeat(DEEP)
        )),
        Body::Dtd => full(with_document_type(&body)),
        Body::Trickle => trickle(body),
        Body::Endless => endless(),
    };
    *response.body_mut() = body;
    if spoilt == Body::Whole && quirks.has(Quirk::BadContentLength) {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length + 200));
    }
    if quirks.has(Quirk::Http10Close) {
        *response.version_mut() = Version::HTTP_10;
    }
    if quirks.closes_connections() && spoilt == Body::Whole {
        close(&mut response);
    }
    response
}

/// Marks an answer as the last one of its connection.
pub fn close(response: &mut Response<AnyBody>) {
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
}

fn whole(body: Vec<u8>, quirks: &Quirks) -> AnyBody {
    // A stream has no length known beforehand, so it goes out in chunks, or ends with the connection.
    if quirks.has(Quirk::Chunked) || quirks.has(Quirk::BadContentLength) {
        let chunks: Vec<Bytes> = body.chunks(700).map(Bytes::copy_from_slice).collect();
        // The pause lets everything leave before the server notices that the length was a lie.
        let pause = stream::once(async {
            sleep(Duration::from_millis(30)).await;
            Bytes::new()
        });
        let frames = stream::iter(chunks)
            .chain(pause)
            .map(|chunk| Ok(Frame::data(chunk)));
        return BodyExt::boxed(StreamBody::new(frames));
    }
    Full::new(Bytes::from(body)).boxed()
}

fn with_document_type(body: &str) -> String {
    let declared =
        "<!DOCTYPE lol [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    match body.split_once("?>") {
        Some((declaration, rest)) => format!("{declaration}?>{declared}{rest}"),
        None => format!("{declared}{body}"),
    }
}

fn trickle(body: String) -> AnyBody {
    let bytes = body.into_bytes();
    let stream = stream::iter(bytes).then(|byte| async move {
        sleep(Duration::from_millis(100)).await;
        Ok(Frame::data(Bytes::copy_from_slice(&[byte])))
    });
    BodyExt::boxed(StreamBody::new(stream))
}

/// A text of this many octets in lines, made as it is sent.
pub fn long_text(octets: u64) -> Response<AnyBody> {
    let line = b"2026-11-21T03:00:00Z Informational system: the same as before ........\n";
    let block = Bytes::from(line.repeat(1024));
    let blocks = octets / block.len() as u64;
    let stream = stream::iter(0..blocks).map(move |_| Ok(Frame::data(block.clone())));
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(stream)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    finish(response)
}

fn endless() -> AnyBody {
    let block = Bytes::from(vec![b' '; 16 * 1024]);
    let stream = stream::repeat_with(move || Ok(Frame::data(block.clone())));
    BodyExt::boxed(StreamBody::new(stream))
}
