//! The thirteen actions.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::Engine;

use super::{Context, DeviceProtection};
use crate::acl::{AclError, Password, RoleSet};
use crate::acl_documents;
use crate::cms::{Answer, ArgumentText};
use crate::enrollee::crypto::same;
use crate::enrollee::host::{Introduction, SetupCaller};
use crate::enrollee::machine::{Method, OsRandomness, Randomness};
use crate::enrollee::permission::Grant;
use crate::limits;
use crate::login;
use crate::options::RolePolicy;
use crate::quirks::Quirk;
use crate::secret::Secret;
use crate::service::Service;
use crate::session::{Caller, Ending, TlsSession};
use crate::soap::UpnpError;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One call with everything it works on.
pub(super) struct Call<'a, 'b> {
    pub(super) service: &'a mut DeviceProtection,
    pub(super) context: &'a Context<'b>,
    pub(super) caller: &'a Caller,
    pub(super) arguments: &'a [(String, String)],
}

fn plain(name: &'static str, text: String) -> (&'static str, ArgumentText) {
    (name, ArgumentText::Plain(text))
}

/// Text in lines of 64 characters, as mail has it.
fn in_lines(text: &str) -> String {
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    lines.fold(String::new(), |all, line| all + &line + "\r\n")
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_whitespace().collect();
    BASE64.decode(compact).ok()
}

fn refused(error: AclError) -> UpnpError {
    UpnpError::new(600, &format!("Argument Value Invalid: {error}"))
}

impl Call<'_, '_> {
    pub(super) fn run(mut self, action: &str) -> Result<Answer, UpnpError> {
        match action {
            "SendSetupMessage" => self.send_setup_message(),
            "GetSupportedProtocols" => Ok(vec![plain(
                "ProtocolList",
                acl_documents::supported_protocols(),
            )]),
            "GetAssignedRoles" => Ok(vec![plain(
                "RoleList",
                self.service.spelled_roles(self.caller),
            )]),
            "GetRolesForAction" => self.get_roles_for_action(),
            "GetUserLoginChallenge" => self.get_user_login_challenge(),
            "UserLogin" => self.user_login(),
            "UserLogout" => {
                self.session()?.with_login(|login| login.user = None);
                Ok(Vec::new())
            }
            "GetACLData" => {
                let makers_parts = self.service.quirks.has(Quirk::UnknownElements);
                let document = acl_documents::acl(&self.service.acl, makers_parts);
                Ok(vec![plain("ACL", document)])
            }
            "AddIdentityList" => self.add_identity_list(),
            "RemoveIdentity" => {
                let subject = self.subject()?;
                self.change(|acl| acl.remove(&subject))
            }
            "SetUserLoginPassword" => self.set_user_login_password(),
            "AddRolesForIdentity" => {
                let (subject, roles) = (self.subject()?, RoleSet::parse(self.text("RoleList")?));
                self.change(|acl| acl.add_roles(&subject, &roles))
            }
            "RemoveRolesForIdentity" => {
                let (subject, roles) = (self.subject()?, RoleSet::parse(self.text("RoleList")?));
                self.change(|acl| acl.remove_roles(&subject, &roles))
            }
            _ => Err(UpnpError::invalid_action()),
        }
    }

    fn session(&self) -> Result<&TlsSession, UpnpError> {
        self.caller.session().ok_or_else(UpnpError::not_authorized)
    }

    fn text(&self, name: &str) -> Result<&str, UpnpError> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found
            .map(|(_, text)| text.as_str())
            .ok_or_else(UpnpError::invalid_args)
    }

    fn sixteen_bytes(&self, name: &str) -> Result<[u8; 16], UpnpError> {
        let bytes = decode(self.text(name)?).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(UpnpError::value_invalid)
    }

    fn subject(&self) -> Result<crate::acl::Subject, UpnpError> {
        acl_documents::read_identity(self.text("Identity")?).ok_or_else(UpnpError::value_invalid)
    }

    fn protocol(&self, expected: &str) -> Result<(), UpnpError> {
        if self.text("ProtocolType")? == expected {
            Ok(())
        } else {
            Err(UpnpError::value_invalid())
        }
    }

    fn change(
        &mut self,
        act: impl FnOnce(&mut crate::acl::Acl) -> Result<(), AclError>,
    ) -> Result<Answer, UpnpError> {
        act(&mut self.service.acl).map_err(refused)?;
        self.service.revision += 1;
        Ok(Vec::new())
    }

    fn send_setup_message(&mut self) -> Result<Answer, UpnpError> {
        self.protocol("WPS")?;
        let text = self.text("InMessage")?;
        let message = Some(text)
            .filter(|text| text.len() <= limits::SETUP_MESSAGE)
            .and_then(decode)
            .ok_or_else(|| UpnpError::new(704, "Processing Error"))?;
        let peer = self.session()?.peer().clone();
        let caller = SetupCaller {
            session: self.session()?.number(),
            identity: peer.identity,
        };
        let reply = self.service.host.handle(
            self.context.now,
            caller,
            self.context.facts,
            &message,
            &mut OsRandomness,
        )?;
        if reply.ending != Ending::None {
            self.session()?
                .with_login(|login| login.ending = reply.ending);
        }
        if let Some(introduction) = reply.introduced {
            let roles = self.initial_roles(introduction);
            tracing::info!(control_point = %peer.identity, ?introduction, roles, "control point introduced");
            self.service.acl.admit(&peer, &RoleSet::parse(roles), true);
            self.service.revision += 1;
        }
        let mut text = BASE64.encode(reply.message);
        if self.service.quirks.has(Quirk::WrappedBase64) {
            text = in_lines(&text);
        }
        Ok(vec![plain("OutMessage", text)])
    }

    fn initial_roles(&self, introduction: Introduction) -> &'static str {
        if introduction.grant == Some(Grant::Admin) {
            return "Public Basic Admin";
        }
        match (self.service.policy, introduction.method) {
            (RolePolicy::LabelPin | RolePolicy::ScreenPin, Method::Pin) | (RolePolicy::Open, _) => {
                "Public Basic Admin"
            }
            _ => "Public Basic",
        }
    }

    fn get_roles_for_action(&self) -> Result<Answer, UpnpError> {
        let service_id = self.text("ServiceId")?;
        let quirks = &self.service.quirks;
        let service = Service::offered(quirks).find(|service| service.id(quirks) == service_id);
        let action = service.and_then(|service| service.action(self.text("ActionName").ok()?));
        if self.text("DeviceUDN")? != self.context.udn {
            return Err(UpnpError::value_invalid());
        }
        let (roles, restricted) = self
            .service
            .roles_for(action.ok_or_else(UpnpError::value_invalid)?);
        Ok(vec![
            plain("RoleList", roles.to_owned()),
            plain("RestrictedRoleList", restricted.to_owned()),
        ])
    }

    fn get_user_login_challenge(&self) -> Result<Answer, UpnpError> {
        self.protocol("PKCS5")?;
        let user = self
            .service
            .acl
            .user(self.text("Name")?)
            .ok_or_else(UpnpError::value_invalid)?;
        let roles = self.service.roles(self.caller);
        if user.roles.has("Admin") && !roles.has("Basic") && !roles.has("Admin") {
            return Err(UpnpError::not_authorized());
        }
        let password = user
            .password
            .as_ref()
            .ok_or_else(UpnpError::value_invalid)?;
        let mut challenge = [0; 16];
        OsRandomness.fill(&mut challenge);
        self.session()?
            .with_login(|login| login.challenge = Some((user.name.clone(), challenge)));
        Ok(vec![
            plain("Salt", BASE64.encode(password.salt)),
            plain("Challenge", BASE64.encode(challenge)),
        ])
    }

    fn user_login(&self) -> Result<Answer, UpnpError> {
        self.protocol("PKCS5")?;
        let session = self.session()?;
        let challenge = decode(self.text("Challenge")?).ok_or_else(UpnpError::value_invalid)?;
        let (name, expected) = session
            .with_login(|login| login.challenge.clone())
            .filter(|(_, issued)| same(issued, &challenge))
            .ok_or_else(UpnpError::value_invalid)?;
        let answer = decode(self.text("Authenticator")?).unwrap_or_default();
        let password = self
            .service
            .acl
            .user(&name)
            .and_then(|user| user.password.as_ref());
        let password = password.ok_or_else(UpnpError::value_invalid)?;
        let right = login::authenticator(
            password,
            &expected,
            self.context.device,
            session.peer().identity,
        )
        .map_err(|_| UpnpError::action_failed())?;
        if same(&right, &answer) {
            session.with_login(|login| {
                login.user = Some(name);
                login.challenge = None;
                login.failures = 0;
            });
            return Ok(Vec::new());
        }
        let silent = self.service.quirks.has(Quirk::LoginFiveStrikesSilent);
        session.with_login(|login| {
            login.failures += 1;
            if login.failures >= limits::LOGIN_FAILURES {
                login.ending = if silent {
                    Ending::WithoutAnswer
                } else {
                    Ending::AfterAnswer
                };
            }
        });
        Err(UpnpError::new(701, "Authentication Failure"))
    }

    fn add_identity_list(&mut self) -> Result<Answer, UpnpError> {
        let list = acl_documents::read_identity_list(self.text("IdentityList")?);
        let list = list.ok_or_else(UpnpError::value_invalid)?;
        let mut accepted = 0;
        for (subject, name, alias) in &list {
            if self
                .service
                .acl
                .add(subject, name, alias.as_deref())
                .is_ok()
            {
                accepted += 1;
            }
        }
        if accepted == 0 {
            return Err(UpnpError::value_invalid());
        }
        self.service.revision += 1;
        Ok(vec![plain(
            "IdentityListResult",
            acl_documents::identities(&self.service.acl),
        )])
    }

    fn set_user_login_password(&mut self) -> Result<Answer, UpnpError> {
        self.protocol("PKCS5")?;
        let name = self.text("Name")?.to_owned();
        let user = self.service.acl.user(&name).map(|user| user.name.clone());
        let logged_in = self.session()?.with_login(|login| login.user.clone());
        let own = user.is_some() && user == logged_in;
        if !own && !self.service.roles(self.caller).has("Admin") {
            return Err(UpnpError::not_authorized());
        }
        let stored = Secret::new(self.sixteen_bytes("Stored")?);
        let salt = self.sixteen_bytes("Salt")?;
        self.change(|acl| acl.set_password(&name, Password { salt, stored }))
    }
}
