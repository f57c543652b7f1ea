//! A person with a browser, on the web page of a gateway.

use std::io::{Read, Write};
use std::net::TcpStream;

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

/// One visit.
pub struct Browser {
    stream: SslStream<TcpStream>,
    cookie: String,
    token: String,
}

impl Browser {
    /// Opens the page and logs in; the password has only letters and digits.
    pub fn log_in(page: &str, name: &str, password: &str) -> Browser {
        let address = page.trim_start_matches("https://").trim_end_matches('/');
        let mut builder = SslConnector::builder(SslMethod::tls_client()).expect("TLS");
        // A person clicks the warning away: no authority vouches for a gateway at home.
        builder.set_verify(SslVerifyMode::NONE);
        let tcp = TcpStream::connect(address).expect("the web page answers");
        let stream = builder.build().connect("gateway", tcp).expect("TLS");
        let mut browser = Browser {
            stream,
            cookie: String::new(),
            token: String::new(),
        };
        browser.page();
        let status = browser.send("login", &[("name", name), ("password", password)]);
        assert_eq!(status, 303, "the login");
        browser
    }

    /// Fills in a form.
    pub fn send(&mut self, form: &str, fields: &[(&str, &str)]) -> u16 {
        let mut body = format!("token={}", self.token);
        for (name, value) in fields {
            body.push_str(&format!("&{name}={value}"));
        }
        self.request(&format!("POST /{form}"), &body).0
    }

    /// The page as it is now.
    pub fn page(&mut self) -> String {
        let (status, page) = self.request("GET /", "");
        assert_eq!(status, 200, "{page}");
        let token = between(&page, "name=\"token\" value=\"", "\"");
        token.expect("a form").clone_into(&mut self.token);
        page
    }

    /// Makes a PIN that is worth a role, and reads it.
    pub fn new_pin(&mut self, role: &str) -> String {
        self.page();
        assert_eq!(self.send("pin", &[("role", role)]), 303);
        let page = self.page();
        let pin = between(&page, "<output id=\"pin\">", "</output>");
        pin.expect("a PIN").to_owned()
    }

    fn request(&mut self, start: &str, body: &str) -> (u16, String) {
        let (cookie, length) = (&self.cookie, body.len());
        let request = format!(
            "{start} HTTP/1.1\r\nHost: gateway\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream
            .write_all(request.as_bytes())
            .expect("a request");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
        if let Some(cookie) = between(&head, "set-cookie: ", ";") {
            cookie.clone_into(&mut self.cookie);
        }
        let number = |text: Option<&str>| text.and_then(|text| text.trim().parse().ok());
        let length = number(between(&head, "content-length:", "\r\n")).unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        let status = number(head.split(' ').nth(1)).expect("a status");
        let status = u16::try_from(status).expect("a status");
        (status, String::from_utf8(body).expect("text"))
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    rest.find(end).map(|length| &rest[..length])
}
