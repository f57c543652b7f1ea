//! `login`, `logout`, `roles` and `forget`.

use dp_credentials::secrets::Secret;
use management::view::TrustedHow;
use management::{Error, Management};
use serde_json::json;

use super::ask::{asked, hidden, line_from_stdin, somebody_is_there};
use crate::output::{tone, Output, Tone};

pub async fn login(
    management: &Management,
    device: &str,
    name: &str,
    output: &Output,
) -> Result<(), Error> {
    let password = if somebody_is_there() {
        hidden(format!("Password of {name}: ")).await?
    } else {
        Secret::new(asked(line_from_stdin).await?)
    };
    let udn = management.resolve(device).await?;
    let trusted = management.trust_view(&udn).await?;
    if trusted.is_some_and(|trusted| trusted.how == TrustedHow::PushButton) {
        let limit = "This gateway was taken by its button, which cannot tell who answered. If that was somebody else, he can try to guess this password later. Paired by PIN, he cannot.";
        anstream::eprintln!("{}", tone(Tone::Caution, limit));
    }
    let roles = management.log_in(&udn, name, password).await?.roles;
    output.result(&json!({ "udn": udn, "name": name, "roles": roles }), || {
        vec![format!("Logged in as {name}. Roles: {}", roles.join(" "))]
    });
    Ok(())
}

pub async fn logout(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let roles = management.log_out(&udn).await?.roles;
    output.result(&json!({ "udn": udn, "name": null, "roles": roles }), || {
        vec![format!("Logged out. Roles: {}", roles.join(" "))]
    });
    Ok(())
}

pub async fn roles(
    management: &Management,
    device: &str,
    action: Option<&str>,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let roles = management.roles(&udn, action).await?;
    output.result(&roles, || {
        let mut lines = vec![format!("Roles   {}", roles.roles.join(" "))];
        if action.is_some() {
            lines.push(format!("Needed  {}", roles.needed.join(" or ")));
        }
        lines
    });
    Ok(())
}

pub async fn forget(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    management.forget(&udn).await?;
    output.result(&json!({ "udn": udn }), || {
        vec!["Forgotten. The gateway keeps its entry for this computer.".to_owned()]
    });
    Ok(())
}

/// A password to be set: typed twice at a terminal, or the first line of standard input.
pub(super) async fn new_password(name: &str) -> Result<Secret<String>, Error> {
    if !somebody_is_there() {
        return Ok(Secret::new(asked(line_from_stdin).await?));
    }
    let first = hidden(format!("New password of {name}: ")).await?;
    let again = hidden("The same once more: ".to_owned()).await?;
    if first.expose() == again.expose() {
        Ok(first)
    } else {
        Err(Error::Usage("the two passwords differ".to_owned()))
    }
}
