//! Logins and the access list.

use base64::prelude::{Engine, BASE64_STANDARD};
use lanside_gateway::options::{InitialUser, Options, RolePolicy};
use lanside_gateway::quirks::Quirk;
use lanside_gateway::Gateway;
use openssl::hash::MessageDigest;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use crate::support::{introduced, start, Client, ControlPoint, Housed, BMS, DP};

const PASSWORD: &str = "correct horse";

async fn gateway_with_user(change: impl FnOnce(&mut Options)) -> Housed {
    start(|options| {
        options.role_policy = RolePolicy::Basic;
        options.users.push(
            format!("Administrator:{PASSWORD}")
                .parse::<InitialUser>()
                .unwrap(),
        );
        change(options);
    })
    .await
}

fn stored(name: &str, password: &str, salt: &[u8]) -> Vec<u8> {
    let mut stored = vec![0; 16];
    let salted = [name.as_bytes(), salt].concat();
    pbkdf2_hmac(
        password.as_bytes(),
        &salted,
        5000,
        MessageDigest::sha256(),
        &mut stored,
    )
    .unwrap();
    stored
}

/// Logs in; the error number, 0 for a success.
fn login(
    gateway: &Gateway,
    client: &mut Client,
    who: &str,
    name: &str,
    password: &str,
) -> std::io::Result<u16> {
    let challenge = client.call(
        DP,
        "GetUserLoginChallenge",
        &[("ProtocolType", "PKCS5"), ("Name", name)],
    );
    if challenge.code() != 0 {
        return Ok(challenge.code());
    }
    let salt = BASE64_STANDARD.decode(challenge.out("Salt")).unwrap();
    let text = challenge.out("Challenge");
    let key = PKey::hmac(&stored(name, password, &salt)).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer
        .update(&BASE64_STANDARD.decode(&text).unwrap())
        .unwrap();
    signer.update(gateway.identity().as_bytes()).unwrap();
    signer
        .update(ControlPoint::new(who).uuid().as_bytes())
        .unwrap();
    let authenticator = BASE64_STANDARD.encode(&signer.sign_to_vec().unwrap()[..16]);
    let answer = client.try_call(
        DP,
        "UserLogin",
        &[
            ("ProtocolType", "PKCS5"),
            ("Challenge", &text),
            ("Authenticator", &authenticator),
        ],
    )?;
    Ok(answer.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_adds_roles_to_its_session_only() {
    let gateway = gateway_with_user(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    assert_eq!(client.roles(), "Public Basic");
    assert_eq!(client.call(BMS, "Reboot", &[]).code(), 606);
    assert_eq!(
        login(&gateway, &mut client, "First", "Administrator", PASSWORD).unwrap(),
        0
    );
    assert_eq!(client.roles(), "Public Basic Admin");
    assert_eq!(
        ControlPoint::new("First").client(&gateway).roles(),
        "Public Basic"
    );
    assert_eq!(client.call(DP, "UserLogout", &[]).code(), 0);
    assert_eq!(client.roles(), "Public Basic");
    assert_eq!(
        login(&gateway, &mut client, "First", "Nobody", PASSWORD).unwrap(),
        600
    );
    // A control point nobody introduced gets no challenge.
    let mut stranger = ControlPoint::new("Second").client(&gateway);
    assert_eq!(
        login(&gateway, &mut stranger, "Second", "Administrator", PASSWORD).unwrap(),
        606
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_failed_logins_close_the_connection() {
    for silent in [false, true] {
        let gateway = gateway_with_user(|options| {
            if silent {
                options.quirks.add(Quirk::LoginFiveStrikesSilent);
            }
        })
        .await;
        let mut client = introduced(&gateway, "First");
        for _ in 0..4 {
            assert_eq!(
                login(&gateway, &mut client, "First", "Administrator", "wrong").unwrap(),
                701
            );
        }
        let fifth = login(&gateway, &mut client, "First", "Administrator", "wrong");
        assert_eq!(fifth.ok(), (!silent).then_some(701));
        assert!(client.try_call(DP, "GetAssignedRoles", &[]).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_manages_the_access_list() {
    let gateway = start(|_| ()).await;
    let mut admin = introduced(&gateway, "First");
    let list = "<Identities xmlns=\"urn:schemas-upnp-org:gw:DeviceProtection\"><User><Name>Ada</Name></User></Identities>";
    let added = admin.call(DP, "AddIdentityList", &[("IdentityList", list)]);
    assert!(added.out("IdentityListResult").contains("<Name>Ada</Name>"));
    assert_eq!(
        login(&gateway, &mut admin, "First", "Ada", "x").unwrap(),
        600
    );

    let salt = [7; 16];
    let set = [
        ("ProtocolType", "PKCS5"),
        ("Name", "Ada"),
        (
            "Stored",
            &BASE64_STANDARD.encode(stored("Ada", "lovelace", &salt)),
        ),
        ("Salt", &BASE64_STANDARD.encode(salt)),
    ];
    assert_eq!(admin.call(DP, "SetUserLoginPassword", &set).code(), 0);
    let ada = (
        "Identity",
        "<Identity><User><Name>Ada</Name></User></Identity>",
    );
    assert_eq!(
        admin
            .call(
                DP,
                "AddRolesForIdentity",
                &[ada, ("RoleList", "Basic King")]
            )
            .code(),
        600
    );
    assert_eq!(
        admin
            .call(DP, "AddRolesForIdentity", &[ada, ("RoleList", "Basic")])
            .code(),
        0
    );
    assert_eq!(
        login(&gateway, &mut admin, "First", "Ada", "lovelace").unwrap(),
        0
    );

    let own = format!(
        "<Identity><CP><ID>{}</ID></CP></Identity>",
        ControlPoint::new("First").uuid()
    );
    assert_eq!(
        admin
            .call(DP, "RemoveIdentity", &[("Identity", &own)])
            .code(),
        600,
        "the last administrator"
    );
    assert_eq!(
        admin
            .call(DP, "RemoveIdentity", &[("Identity", "<Identity/>")])
            .code(),
        600
    );
    let mut second = introduced(&gateway, "Second");
    assert_eq!(
        admin
            .call(DP, "RemoveIdentity", &[("Identity", &own)])
            .code(),
        0
    );
    // The rights end at once, the login with the user's own roles goes on.
    assert_eq!(admin.roles(), "Public Basic");
    assert_eq!(second.call(DP, "RemoveIdentity", &[ada]).code(), 0);
    assert_eq!(admin.roles(), "Public");
}
