//! `access`: the gateway's list of users and control points.

use management::access::{AccessChangeView, AccessView, IdentityKind, IdentityView};
use management::{Error, Management};
use serde_json::json;

use super::access::new_password;
use crate::arguments::{AccessVerb, NewIdentity};
use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    what: Option<AccessVerb>,
    output: &Output,
) -> Result<(), Error> {
    // Asked for before the gateway is: nobody waits for a person with a connection open.
    let password = match &what {
        Some(
            AccessVerb::Add {
                who: NewIdentity::User { name, .. },
            }
            | AccessVerb::Password { name },
        ) => Some(new_password(name).await?),
        _ => None,
    };
    let progress = output.progress("Asking for its access list");
    let udn = management.resolve(device).await?;
    let changed = match what {
        None | Some(AccessVerb::List) => {
            let access = management.access(&udn).await?;
            drop(progress);
            output.result(&access, || list(&access));
            return Ok(());
        }
        Some(change) => self::change(management, &udn, change, password).await?,
    };
    drop(progress);
    let access = changed.access.as_ref();
    let document = json!({
        "verified": changed.verified,
        "identities": access.map(|access| &access.identities),
        "roles": access.map(|access| &access.roles),
        "unknown": access.map(|access| &access.unknown),
    });
    output.result(&document, || outcome(&changed));
    Ok(())
}

async fn change(
    management: &Management,
    udn: &str,
    change: AccessVerb,
    password: Option<dp_credentials::secrets::Secret<String>>,
) -> Result<AccessChangeView, Error> {
    let password =
        || password.ok_or_else(|| Error::Internal("the password was not asked for".to_owned()));
    match change {
        // Shown by the caller.
        AccessVerb::List => Err(Error::Internal("the list is no change".to_owned())),
        AccessVerb::Add {
            who: NewIdentity::User { name, roles },
        } => management.add_user(udn, &name, password()?, &roles).await,
        AccessVerb::Add {
            who: NewIdentity::ControlPoint { id, name, roles },
        } => management.add_control_point(udn, &id, &name, &roles).await,
        AccessVerb::Remove { identity, confirm } => {
            management
                .remove_identity(udn, &identity, confirm.as_deref())
                .await
        }
        AccessVerb::Rename { identity, name } => {
            management.rename_control_point(udn, &identity, &name).await
        }
        AccessVerb::Grant { identity, role } => management.grant_role(udn, &identity, &role).await,
        AccessVerb::Revoke {
            identity,
            role,
            confirm,
        } => {
            management
                .revoke_role(udn, &identity, &role, confirm.as_deref())
                .await
        }
        AccessVerb::Password { name } => management.change_password(udn, &name, password()?).await,
    }
}

fn outcome(changed: &AccessChangeView) -> Vec<String> {
    let mut lines = vec![if changed.verified {
        tone(Tone::Good, "Done, and verified by reading it back.")
    } else {
        tone(
            Tone::Caution,
            "The gateway accepted the password, but does not show whether it kept it.",
        )
    }];
    match &changed.access {
        Some(access) => lines.extend(list(access)),
        None => lines.push("This computer may not read the access list any more.".to_owned()),
    }
    lines
}

fn list(access: &AccessView) -> Vec<String> {
    let mut rows = vec![["WHO", "ROLES", "", "IDENTITY"].map(str::to_owned).to_vec()];
    rows.extend(access.identities.iter().map(row));
    let mut lines = table(&rows);
    lines.push(format!("Roles it has to give: {}", access.roles.join(" ")));
    if !access.unknown.is_empty() {
        lines.push("Not understood, shown as it is and never changed:".to_owned());
    }
    lines.extend(access.unknown.iter().map(|part| {
        let text = format!("  {}: {}", part.place, part.xml);
        tone(Tone::Faint, &printable(&text))
    }));
    lines
}

fn row(identity: &IdentityView) -> Vec<String> {
    let (who, remark) = match identity.kind {
        IdentityKind::User if identity.is_logged_in => ("user", "logged in here"),
        IdentityKind::User => ("user", ""),
        IdentityKind::ControlPoint if identity.is_this_computer => {
            ("control point", "this computer")
        }
        IdentityKind::ControlPoint if identity.introduced => ("control point", "introduced"),
        IdentityKind::ControlPoint => ("control point", "added"),
    };
    let name = match &identity.alias {
        Some(alias) if *alias != identity.name => format!("{alias} ({})", identity.name),
        _ => identity.name.clone(),
    };
    vec![
        printable(&format!("{who} {name}")),
        identity.roles.join(" "),
        remark.to_owned(),
        printable(identity.id.as_deref().unwrap_or_default()),
    ]
}

/// A peer's text on one line, without what a terminal would act on.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
