//! Which parameters hold secrets.

use super::index::Facts;

/// Whether the value of a parameter must never be shown, logged or stored in clear.
///
/// Takes either notation, `Device.WiFi.SSID.1.SSID` or `/BBF/WiFi/SSID/0/SSID`. A parameter the
/// models know is secret when they say so. A maker's own has no fact, so its name decides: better
/// to hide one value too many than to write a password to a file.
pub fn is_secret(path: &str) -> bool {
    let fact = match path.strip_prefix('/') {
        // The first name is where the gateway mounts its data model; which model, nobody says.
        Some(below) => {
            let names = below.split_once('/').map_or("", |(_, names)| names);
            let names = names.replace('/', ".").replace('#', "{i}");
            Facts::of_path(&format!("Device.{names}"))
                .or_else(|| Facts::of_path(&format!("InternetGatewayDevice.{names}")))
        }
        None => Facts::of_path(path),
    };
    match fact {
        Some(fact) => fact.is_secret(),
        None => sounds_secret(path.rsplit(['.', '/']).next().unwrap_or("")),
    }
}

/// Whether the name of a parameter is one that secrets have.
pub(super) fn sounds_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "password",
        "passphrase",
        "passwd",
        "secret",
        "presharedkey",
        "privatekey",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || name.ends_with("Key")
        || name.ends_with("PIN")
        || name.ends_with("Pin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        assert_eq!(is_secret(path), expected, "{path}");
    }

    #[test]
    fn the_models_decide_about_what_they_know() {
        check("Device.WiFi.AccessPoint.1.Security.KeyPassphrase", true);
        check("Device.PPP.Interface.{i}.Password", true);
        check("Device.WiFi.SSID.1.SSID", false);
        check("Device.UserInterface.PasswordRequired", false);
        check("Device.ManagementServer.ParameterKey", false);
        check("Device.WiFi.AccessPoint.1.", false);
    }

    #[test]
    fn both_notations_and_both_models() {
        check("/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase", true);
        check("/BBF/WiFi/AccessPoint/#/Security/KeyPassphrase", true);
        check(
            "/TR098/LANDevice/0/WLANConfiguration/0/PreSharedKey/0/KeyPassphrase",
            true,
        );
        check("/BBF/UserInterface/PasswordRequired", false);
        check(
            "/BBF/IP/Diagnostics/IPLayerCapacityMetrics/AuthenticationCode",
            true,
        );
        check("/", false);
        check("", false);
    }

    #[test]
    fn names_decide_about_the_rest() {
        for name in [
            "AdminPassword",
            "GuestPassphrase",
            "ApiSecret",
            "SipPasswd",
            "WEPKey",
            "SimPIN",
            "UnlockPin",
        ] {
            check(&format!("Device.X_MAKER_Thing.1.{name}"), true);
            check(&format!("/BBF/X_MAKER_Thing/0/{name}"), true);
        }
        for name in ["Enable", "KeyLength", "Pinned", "Keyboard", "Username"] {
            check(&format!("Device.X_MAKER_Thing.1.{name}"), false);
        }
    }
}
