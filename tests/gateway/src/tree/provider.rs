//! The provider at the other end of the line: lets one account in, and nobody else.
//!
//! Without an account the line is as the model has it. With one, the gateway begins as it left the factory, without name
//! and password; every change of them, `Enable` and `Reset` dials again, which takes a moment and ends in a connection or
//! in a refusal.

use super::node::NodeId;
use super::Tree;
use crate::secret::Secret;

/// How long the provider takes to answer.
const ANSWERS_AFTER_MS: u64 = 1_200;

/// Who is let in.
#[derive(Debug, Clone)]
pub struct Account {
    /// User name.
    pub name: String,
    /// Password.
    pub password: Secret<String>,
}

impl std::str::FromStr for Account {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((name, password)) if !name.is_empty() && !password.is_empty() => Ok(Self {
                name: name.to_owned(),
                password: Secret::new(password.to_owned()),
            }),
            _ => Err("an account is written NAME:PASSWORD".to_owned()),
        }
    }
}

/// The connection with name and password, in either data model.
const CONNECTIONS: [&str; 2] = [
    "PPP.Interface.1.",
    "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.",
];

/// What else differs while the connection is down.
const WHILE_DOWN: [(&str, &str); 16] = [
    ("PPP.Interface.1.Status", "Down"),
    ("PPP.Interface.1.IPCP.LocalIPAddress", ""),
    ("PPP.Interface.1.IPCP.RemoteIPAddress", ""),
    ("IP.Interface.1.Status", "LowerLayerDown"),
    ("IP.Interface.1.IPv4Address.1.IPAddress", ""),
    ("IP.Interface.1.IPv4Address.1.Status", "Disabled"),
    ("IP.Interface.1.IPv6Address.1.IPAddress", ""),
    ("Routing.Router.1.IPv4Forwarding.1.Status", "Error"),
    ("DNS.Client.Server.1.Status", "Error"),
    ("DNS.Client.Server.2.Status", "Error"),
    ("DNS.Client.Server.5.Status", "Error"),
    (
        "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ExternalIPAddress",
        "",
    ),
    (
        "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.RemoteIPAddress",
        "",
    ),
    (
        "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.DefaultGateway",
        "",
    ),
    (
        "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.DNSServers",
        "",
    ),
    ("Layer3Forwarding.Forwarding.1.Status", "Error"),
];

/// The account and what depends on it.
#[derive(Debug)]
pub(crate) struct Provider {
    account: Account,
    /// The connection with name and password.
    connection: NodeId,
    /// Parameters with their text while it stands, and while it does not.
    depends: Vec<(NodeId, String, &'static str)>,
    /// When the provider answers.
    answers_at_ms: Option<u64>,
}

impl Tree {
    /// Puts a provider behind the line, who lets this account in. The gateway has no name and password yet.
    ///
    /// # Errors
    /// The model has no connection with name and password.
    pub fn serve_account(&mut self, account: Account) -> Result<(), String> {
        let connection = CONNECTIONS
            .iter()
            .find_map(|path| self.at(path))
            .ok_or("--ppp-account: this model dials nobody")?;
        let depends = WHILE_DOWN
            .iter()
            .filter_map(|&(path, down)| {
                let id = self.at(path)?;
                Some((id, self.kept_text(id), down))
            })
            .collect();
        self.provider = Some(Provider {
            account,
            connection,
            depends,
            answers_at_ms: None,
        });
        for name in ["Username", "Password"] {
            if let Some(id) = self.child_named(connection, name) {
                self.store_text(id, "");
            }
        }
        self.dialled();
        for id in self.of_provider() {
            self.node_mut(id).marks.value_set = false;
        }
        self.seal();
        Ok(())
    }

    /// A node by its path as people write it.
    fn at(&self, path: &str) -> Option<NodeId> {
        let mut upnp = String::from("/BBF");
        for part in path.split('.') {
            upnp.push('/');
            match part.parse::<u32>() {
                Ok(number) => upnp.push_str(&(number - 1 + self.index_base).to_string()),
                Err(_) => upnp.push_str(part),
            }
        }
        self.find(&upnp).ok()
    }

    fn of_provider(&self) -> Vec<NodeId> {
        let Some(provider) = &self.provider else {
            return Vec::new();
        };
        let own = [
            "Username",
            "Password",
            "ConnectionStatus",
            "LastConnectionError",
        ];
        let own = own
            .iter()
            .filter_map(|name| self.child_named(provider.connection, name));
        own.chain(provider.depends.iter().map(|&(id, _, _)| id))
            .collect()
    }

    /// Something was written: if it is about the connection, it is made anew.
    pub(crate) fn provider_hears(&mut self, id: NodeId) {
        let about = matches!(self.name(id), "Username" | "Password" | "Enable" | "Reset");
        let ours = self
            .provider
            .as_ref()
            .is_some_and(|provider| provider.connection == self.node(id).parent);
        if about && ours {
            self.dial();
        }
    }

    fn dial(&mut self) {
        let due = self.clock.now_ms + ANSWERS_AFTER_MS;
        let Some(provider) = &mut self.provider else {
            return;
        };
        provider.answers_at_ms = Some(due);
        let connection = provider.connection;
        let on = self
            .child_named(connection, "Enable")
            .is_none_or(|enable| self.kept_text(enable) == "1");
        if on && !self.credential("Username").is_empty() {
            self.connection_is(false, "Connecting", None);
        } else {
            self.dialled();
        }
    }

    fn credential(&self, name: &str) -> String {
        let connection = self.provider.as_ref().map(|provider| provider.connection);
        connection
            .and_then(|connection| self.child_named(connection, name))
            .map_or_else(String::new, |id| self.kept_text(id))
    }

    /// The provider answers if it is time.
    pub(crate) fn finish_due_dialling(&mut self) {
        let due = self.provider.as_ref().and_then(|one| one.answers_at_ms);
        if due.is_some_and(|due| due <= self.clock.now_ms) {
            self.dialled();
        }
    }

    /// What the provider says to the name and password that are there.
    pub(crate) fn dialled(&mut self) {
        let Some(provider) = &mut self.provider else {
            return;
        };
        provider.answers_at_ms = None;
        let account = provider.account.clone();
        let connection = provider.connection;
        let name = self.credential("Username");
        let on = self
            .child_named(connection, "Enable")
            .is_none_or(|enable| self.kept_text(enable) == "1");
        if name.is_empty() {
            self.connection_is(false, "Unconfigured", Some("ERROR_NONE"));
        } else if !on {
            self.connection_is(false, "Disconnected", Some("ERROR_USER_DISCONNECT"));
        } else if name == account.name && self.credential("Password") == *account.password.expose()
        {
            self.connection_is(true, "Connected", Some("ERROR_NONE"));
        } else {
            let refused = "ERROR_AUTHENTICATION_FAILURE";
            self.connection_is(false, "Disconnected", Some(refused));
        }
    }

    fn connection_is(&mut self, up: bool, status: &str, error: Option<&str>) {
        let Some(provider) = &self.provider else {
            return;
        };
        let connection = provider.connection;
        let mut texts: Vec<(NodeId, String)> = provider
            .depends
            .iter()
            .map(|(id, when_up, down)| match up {
                true => (*id, when_up.clone()),
                false => (*id, (*down).to_owned()),
            })
            .collect();
        for (name, text) in [
            ("ConnectionStatus", Some(status)),
            ("LastConnectionError", error),
        ] {
            if let (Some(id), Some(text)) = (self.child_named(connection, name), text) {
                texts.push((id, text.to_owned()));
            }
        }
        texts.retain(|(id, text)| self.kept_text(*id) != *text);
        for (id, text) in &texts {
            if self.name(*id) == "Status" {
                self.set_status(*id, text);
            } else {
                self.store_text(*id, text);
            }
        }
        let changed: Vec<NodeId> = texts.into_iter().map(|(id, _)| id).collect();
        self.changed_by_itself(&changed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Roles;

    fn account() -> Account {
        "anna@nordnetz.example:Leucht:turm"
            .parse()
            .expect("an account")
    }

    fn set(tree: &mut Tree, values: &[(&str, &str)]) {
        let pairs: Vec<(String, String)> = values
            .iter()
            .map(|(name, value)| (format!("/BBF/PPP/Interface/0/{name}"), (*value).to_owned()))
            .collect();
        tree.set_values(Roles::ADMIN, &pairs)
            .expect("they may be set");
    }

    fn value(tree: &Tree, path: &str) -> String {
        tree.kept_value(&format!("/BBF/{path}"))
            .expect("it is there")
    }

    #[test]
    fn the_right_account_gets_in_after_a_moment_and_a_wrong_one_never() {
        let mut tree = Tree::vdsl(0, 1);
        let address = value(&tree, "IP/Interface/0/IPv4Address/0/IPAddress");
        tree.advance(1_000_000_000_000);
        tree.serve_account(account()).expect("a model that dials");
        assert_eq!(
            value(&tree, "PPP/Interface/0/ConnectionStatus"),
            "Unconfigured"
        );
        assert_eq!(value(&tree, "IP/Interface/0/IPv4Address/0/IPAddress"), "");

        set(
            &mut tree,
            &[
                ("Username", "anna@nordnetz.example"),
                ("Password", "falsch"),
            ],
        );
        assert_eq!(
            value(&tree, "PPP/Interface/0/ConnectionStatus"),
            "Connecting"
        );
        tree.advance(1_000_000_002_000);
        assert_eq!(
            value(&tree, "PPP/Interface/0/LastConnectionError"),
            "ERROR_AUTHENTICATION_FAILURE"
        );
        set(&mut tree, &[("Password", "Leucht:turm")]);
        tree.advance(1_000_000_004_000);
        assert_eq!(
            value(&tree, "PPP/Interface/0/ConnectionStatus"),
            "Connected"
        );
        assert_eq!(value(&tree, "PPP/Interface/0/Status"), "Up");
        assert_eq!(
            value(&tree, "IP/Interface/0/IPv4Address/0/IPAddress"),
            address
        );

        tree.reset_to_factory();
        assert_eq!(value(&tree, "PPP/Interface/0/Username"), "");
        assert_eq!(
            value(&tree, "PPP/Interface/0/ConnectionStatus"),
            "Unconfigured"
        );
    }

    #[test]
    fn models_that_dial_nobody_say_so() {
        assert!(Tree::minimal(0, 1).serve_account(account()).is_err());
        assert!(Tree::tr098(1, 1).serve_account(account()).is_ok());
        assert!("anna".parse::<Account>().is_err());
    }
}
