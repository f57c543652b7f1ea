//! The web page of a gateway, as a browser without a certificate sees it.

use lanside_gateway::enrollee::tlv::kind;
use lanside_gateway::options::{Options, RolePolicy};
use openssl::ssl::SslVersion;

use crate::support::registrar::Registrar;
use crate::support::{between, handshake, start, Answer, Client, ControlPoint, Housed, PIN};

const PASSWORD: &str = "correct horse";

async fn gateway(policy: RolePolicy) -> Housed {
    start(|options: &mut Options| {
        options.role_policy = policy;
        options.web_port = Some(0);
        let user = format!("Administrator:{PASSWORD}");
        options.users.push(user.parse().unwrap());
    })
    .await
}

/// A person with a browser.
struct Browser {
    client: Client,
    cookie: String,
    token: String,
}

impl Browser {
    fn open(gateway: &Housed) -> Self {
        let address = gateway.addresses().web.expect("a web page");
        let stream = handshake(address, None, SslVersion::TLS1_3).unwrap();
        let mut browser = Self {
            client: Client::over(stream),
            cookie: String::new(),
            token: String::new(),
        };
        browser.page();
        browser
    }

    fn request(&mut self, start: &str, body: &str) -> Answer {
        let (cookie, length) = (&self.cookie, body.len());
        let request = format!(
            "{start} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let answer = self.client.send(&request).unwrap();
        if let Some(cookie) = between(&answer.head, "set-cookie: ", ";") {
            cookie.clone_into(&mut self.cookie);
        }
        answer
    }

    fn page(&mut self) -> String {
        let answer = self.request("GET /", "");
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = between(&answer.body, "name=\"token\" value=\"", "\"");
        token.unwrap().clone_into(&mut self.token);
        answer.body
    }

    fn send(&mut self, path: &str, fields: &str) -> u16 {
        let body = format!("token={}&{fields}", self.token);
        self.request(&format!("POST {path}"), &body).status
    }

    fn log_in(gateway: &Housed) -> Self {
        let mut browser = Self::open(gateway);
        let fields = format!("name=Administrator&password={}", PASSWORD.replace(' ', "+"));
        assert_eq!(browser.send("/login", &fields), 303);
        assert!(browser.page().contains("Logged in as Administrator."));
        browser
    }

    fn pin(&mut self) -> Option<String> {
        between(&self.page(), "<output id=\"pin\">", "</output>").map(str::to_owned)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_of_the_page_is_worth_what_was_said_when_it_was_made() {
    let gateway = gateway(RolePolicy::WebPin).await;
    let mut browser = Browser::log_in(&gateway);
    assert_eq!(browser.pin(), None);
    for (role, roles) in [("Basic", "Public Basic"), ("Admin", "Public Basic Admin")] {
        let control_point = ControlPoint::new(role);
        let mut client = control_point.client(&gateway);
        assert_eq!(
            Registrar::with_pin(control_point.uuid(), PIN).run(&mut client),
            Err(704),
            "the label's PIN is nothing here"
        );
        assert_eq!(
            browser.pin(),
            None,
            "a wrong PIN voids the one that was made for it"
        );
        assert_eq!(browser.send("/pin", &format!("role={role}")), 303);
        let first = browser.pin().expect("a PIN");
        assert_eq!(browser.send("/pin", &format!("role={role}")), 303);
        let pin = browser.pin().expect("a PIN");
        assert_ne!(first, pin);
        Registrar::with_pin(control_point.uuid(), &pin)
            .run(&mut client)
            .unwrap();
        assert_eq!(client.roles(), roles);
        assert_eq!(browser.pin(), None, "one PIN, one introduction");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_asked_for_by_a_control_point_appears_on_the_page() {
    let gateway = gateway(RolePolicy::WebPin).await;
    let mut browser = Browser::log_in(&gateway);
    let control_point = ControlPoint::new("First");
    let mut client = control_point.client(&gateway);
    let mut registrar = Registrar::with_pin(control_point.uuid(), "00000000");
    registrar.begin(&mut client).unwrap();
    assert_eq!(registrar.announce(&mut client), Ok((kind::ACK, None)));
    registrar.read_pin(&browser.pin().expect("a PIN"));
    registrar.rest(&mut client).unwrap();
    assert_eq!(client.roles(), "Public Basic Admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_of_the_page_raises_and_lowers_a_control_point() {
    let gateway = gateway(RolePolicy::Basic).await;
    let control_point = ControlPoint::new("<b>\"First\" & only</b>");
    let mut client = control_point.client(&gateway);
    Registrar::with_pin(control_point.uuid(), PIN)
        .run(&mut client)
        .unwrap();
    assert_eq!(client.roles(), "Public Basic");
    let mut browser = Browser::log_in(&gateway);
    let page = browser.page();
    assert!(
        page.contains("&lt;b&gt;&quot;First&quot; &amp; only&lt;/b&gt;"),
        "{page}"
    );
    assert!(!page.contains("<b>"), "{page}");
    assert!(page.contains("not on this page") && browser.send("/pin", "role=Admin") == 400);
    let id = control_point.uuid();
    for (role, roles) in [
        ("Admin", "Public Basic Admin"),
        ("Public", "Public"),
        ("Basic", "Public Basic"),
    ] {
        assert_eq!(browser.send("/role", &format!("id={id}&role={role}")), 303);
        // The session that is open has them at once.
        assert_eq!(client.roles(), roles);
    }
    let stranger = ControlPoint::new("Second").uuid();
    for bad in [
        format!("id={stranger}&role=Admin"),
        format!("id={id}&role=King"),
        format!("id={id}"),
        "id=x&role=Admin".to_owned(),
    ] {
        assert_eq!(browser.send("/role", &bad), 400, "{bad}");
    }
    assert_eq!(client.roles(), "Public Basic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_does_anything_without_login_token_and_cookie() {
    let gateway = gateway(RolePolicy::WebPin).await;
    let mut stranger = Browser::open(&gateway);
    assert_eq!(stranger.send("/pin", "role=Admin"), 403);
    assert_eq!(stranger.send("/role", "id=x&role=Admin"), 403);

    let mut user = Browser::log_in(&gateway);
    let (cookie, token) = (user.cookie.clone(), user.token.clone());
    // A form of another site has the cookie at best, never the token.
    for forged in [
        "",
        "0123456789abcdef0123456789abcdef",
        stranger.token.as_str(),
    ] {
        user.token = forged.to_owned();
        assert_eq!(user.send("/pin", "role=Admin"), 403, "{forged}");
    }
    stranger.token.clone_from(&token);
    assert_eq!(stranger.send("/pin", "role=Admin"), 403);
    user.token = token;
    assert_eq!(user.pin(), None);

    assert_eq!(user.request("DELETE /pin", "").status, 405);
    assert_eq!(user.request("GET /secret", "").status, 404);
    assert_eq!(user.send("/pin", "role=%zz"), 400);
    let head = user.request("GET /", "").head.to_ascii_lowercase();
    for needed in ["cache-control: no-store", "frame-ancestors 'none'"] {
        assert!(head.contains(needed), "{head}");
    }
    assert_eq!(user.send("/logout", ""), 303);
    user.cookie = cookie;
    assert!(
        user.page().contains("Password"),
        "the old key is worth nothing"
    );
    assert_eq!(user.send("/pin", &"x".repeat(10_000)), 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_are_not_tried_for_ever_and_a_login_gets_a_new_key() {
    let gateway = gateway(RolePolicy::WebPin).await;
    let mut browser = Browser::open(&gateway);
    let planted = browser.cookie.clone();
    assert!(planted.starts_with("session="), "{planted}");
    assert_eq!(browser.send("/login", "name=Nobody&password=x"), 401);
    let right = format!(
        "name=Administrator&password={}",
        PASSWORD.replace(' ', "%20")
    );
    assert_eq!(browser.send("/login", &right), 303);
    assert_ne!(browser.cookie, planted);
    let mut other = Browser::open(&gateway);
    for _ in 0..5 {
        assert_eq!(other.send("/login", "name=Administrator&password=x"), 401);
    }
    assert_eq!(other.send("/login", &right), 429);
    assert!(browser.page().contains("Logged in"), "who is in stays in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_no_page_unless_somebody_wants_one_and_the_policy_needs_a_user() {
    assert!(start(|_| ()).await.web().is_none());
    let options = Options {
        role_policy: RolePolicy::WebPin,
        search_port: 0,
        ..Options::default()
    };
    let refused = lanside_gateway::Gateway::start(options).await.err();
    assert!(refused.is_some_and(|error| error.to_string().contains("add a user")));
}
