//! What a gateway is when it starts: who it is, its certificate, PIN and first users.

use super::{failed, Error};
use crate::acl::{Acl, Password, RoleSet, Subject};
use crate::description::About;
use crate::enrollee::machine::{DeviceFacts, OsRandomness, Randomness, METHOD_LABEL, PASSWORD_PIN};
use crate::enrollee::pin::Pin;
use crate::faults::Fault;
use crate::identity::{DeviceIdentity, IdentityUuid};
use crate::login;
use crate::options::{InitialUser, Model, Options, RolePolicy};
use crate::quirks::Quirk;
use crate::random::Chance;
use crate::store::Store;

pub(super) async fn generate(options: &Options) -> Result<DeviceIdentity, Error> {
    let (common_name, key) = (options.friendly_name.clone(), options.tls.key);
    let making = move || DeviceIdentity::generate(&common_name, key);
    let made = tokio::task::spawn_blocking(making).await;
    Ok(made.map_err(|error| Error::Option(error.to_string()))??)
}

pub(super) async fn open_identity(
    options: &Options,
    store: &Store,
) -> Result<DeviceIdentity, Error> {
    let kept = store.identity();
    // As a fault from the start, a gateway known before shows another certificate.
    if let Some(kept) = kept.filter(|_| !options.faults.contains(&Fault::NewCertificate)) {
        return Ok(kept);
    }
    let made = generate(options).await?;
    store.save_identity(&made).map_err(failed("certificate"))?;
    Ok(made)
}

/// The port of the web page. A gateway whose PIN is there has one in any case, and somebody who may read it.
pub(super) fn web_port(options: &Options) -> Result<Option<u16>, Error> {
    if options.role_policy != RolePolicy::WebPin {
        return Ok(options.web_port);
    }
    if options.users.is_empty() {
        let reason = "with the role policy web-pin somebody must be able to log in: add a user";
        return Err(Error::Option(reason.to_owned()));
    }
    Ok(Some(options.web_port.unwrap_or(0)))
}

/// The certificate of somebody who stands between, the same in every run of one gateway.
pub(super) async fn impostor(options: &Options, store: &Store) -> Result<DeviceIdentity, Error> {
    if let Some(kept) = store.impostor() {
        return Ok(kept);
    }
    let made = generate(options).await?;
    store.save_impostor(&made).map_err(failed("certificate"))?;
    Ok(made)
}

pub(super) fn udn(
    options: &Options,
    store: &Store,
    identity: &DeviceIdentity,
) -> Result<String, Error> {
    let own = match (&options.udn, store.text("udn")) {
        (Some(udn), _) => IdentityUuid::parse(udn)
            .ok_or_else(|| Error::Option(format!("{udn} is not a UUID")))?
            .to_string(),
        (None, Some(kept)) => kept,
        (None, None) if options.quirks.has(Quirk::ForeignUdn) => {
            IdentityUuid::of_leaf_der(options.friendly_name.as_bytes()).to_string()
        }
        (None, None) => identity.uuid().to_string(),
    };
    store.save_text("udn", &own).map_err(failed("UDN"))?;
    let tail = if options.quirks.has(Quirk::LongUdn) {
        "00ff44"
    } else {
        ""
    };
    Ok(format!("uuid:{own}{tail}"))
}

pub(super) fn pin(options: &Options, store: &Store) -> Result<Pin, Error> {
    let chosen = options
        .pin
        .as_ref()
        .map(|pin| pin.expose().clone())
        .or_else(|| store.text("pin"));
    let pin = match chosen {
        Some(text) => Pin::parse(&text).ok_or_else(|| {
            Error::Option("a PIN has eight digits, the last of which checks the others".to_owned())
        })?,
        None => {
            let mut bytes = [0; 4];
            match options.seed {
                Some(seed) => {
                    bytes.copy_from_slice(&Chance::new(Some(seed)).next().to_le_bytes()[..4])
                }
                None => OsRandomness.fill(&mut bytes),
            }
            Pin::from_number(u32::from_le_bytes(bytes))
        }
    };
    store
        .save_text("pin", pin.expose())
        .map_err(failed("label"))?;
    Ok(pin)
}

pub(super) fn about(options: &Options, udn: String) -> About {
    let (model_name, model_number) = match options.model {
        Model::Vdsl => ("Simulated VDSL gateway", "SG-100"),
        Model::Fiber => ("Simulated fibre gateway", "SG-200"),
        Model::Tr098 => ("Simulated TR-098 gateway", "SG-98"),
        Model::Minimal => ("Simulated minimal gateway", "SG-1"),
    };
    let serial = udn
        .trim_start_matches("uuid:")
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    About {
        udn,
        friendly_name: options.friendly_name.clone(),
        manufacturer: "Lanside".to_owned(),
        model_name: model_name.to_owned(),
        model_number: model_number.to_owned(),
        serial_number: format!("LS{serial}"),
    }
}

pub(super) fn facts(about: &About, identity: IdentityUuid) -> DeviceFacts {
    let id = identity.as_bytes();
    DeviceFacts {
        uuid_e: identity,
        mac: [0x02, id[11], id[12], id[13], id[14], id[15]],
        config_methods: METHOD_LABEL,
        password_id: PASSWORD_PIN,
        configured: false,
        manufacturer: about.manufacturer.clone(),
        model_name: about.model_name.clone(),
        model_number: about.model_number.clone(),
        serial_number: about.serial_number.clone(),
        device_name: about.friendly_name.clone(),
        primary_device_type: [0, 6, 0, 0x50, 0xf2, 4, 0, 2],
    }
}

pub(super) fn initial_acl(options: &Options) -> Result<Acl, Error> {
    let mut acl = Acl::factory();
    for InitialUser { name, password } in &options.users {
        let subject = Subject::User(name.clone());
        let unusable = |_| Error::Option(format!("{name} is not a user name"));
        acl.add(&subject, name, None).map_err(unusable)?;
        acl.add_roles(&subject, &RoleSet::parse("Public Basic Admin"))
            .map_err(unusable)?;
        let mut salt = [0; 16];
        OsRandomness.fill(&mut salt);
        let stored = login::stored(name, password.expose(), &salt)?;
        acl.set_password(name, Password { salt, stored })
            .map_err(unusable)?;
    }
    Ok(acl)
}
