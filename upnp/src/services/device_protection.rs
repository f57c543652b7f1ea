//! DeviceProtection:1: setup messages, login, identities and roles.
//!
//! Everything but the first three actions belongs on a TLS connection with
//! both certificates; that is for the caller to see to.

use super::{ActionCall, Answer, Caller, ServiceRef};
use crate::access_control::{
    Acl, Identity, IdentityList, RoleList, SupportedProtocols, UnknownPart,
};
use crate::error::Error;
use crate::soap::value::{parse_base64, print_base64};
use crate::soap::SoapError;

/// The name of the one introduction protocol of DeviceProtection:1.
pub const WPS: &str = "WPS";
/// The name of the one login protocol of DeviceProtection:1.
pub const PKCS5: &str = "PKCS5";

/// Which roles may call an action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolesForAction {
    /// Roles that may call it with any arguments.
    pub roles: RoleList,
    /// Roles that may call it under conditions only.
    pub restricted: RoleList,
}

/// What a login has to answer. Not printed, since a recorded challenge lets
/// the password be tried out at leisure.
#[derive(Clone, PartialEq, Eq)]
pub struct UserLoginChallenge {
    /// Salt of the stored password.
    pub salt: Vec<u8>,
    /// The challenge.
    pub challenge: Vec<u8>,
    /// The challenge as sent, to be given back to the letter.
    pub challenge_text: String,
}

impl std::fmt::Debug for UserLoginChallenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserLoginChallenge").finish_non_exhaustive()
    }
}

/// The service as methods, one per action.
#[derive(Debug)]
pub struct DeviceProtection<'a, C> {
    caller: Caller<'a, C>,
}

impl<'a, C: ActionCall> DeviceProtection<'a, C> {
    /// The service at its address.
    pub fn new(call: &'a C, service: ServiceRef) -> Self {
        Self {
            caller: Caller::new(call, service),
        }
    }

    /// The service that is called.
    pub fn service(&self) -> &ServiceRef {
        self.caller.service()
    }

    /// Carries one message of the introduction (empty to begin) and returns
    /// the device's; both are octets of the protocol.
    ///
    /// # Errors
    /// See [`Error`]; faults 704, 708 and 501 belong to the protocol.
    pub async fn send_setup_message(
        &self,
        protocol: &str,
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let arguments = [
            ("ProtocolType", protocol.to_owned()),
            ("InMessage", print_base64(message)),
        ];
        let answer = self.caller.call("SendSetupMessage", arguments).await?;
        octets(&answer, "OutMessage")
    }

    /// How to introduce oneself and how to log in.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_supported_protocols(&self) -> Result<SupportedProtocols, Error> {
        let answer = self.caller.call("GetSupportedProtocols", []).await?;
        answer.document("ProtocolList", "SupportedProtocols", |root, _| {
            SupportedProtocols::read(root)
        })
    }

    /// The roles of this session: those of the certificate and of whoever is
    /// logged in. Public may go without saying.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_assigned_roles(&self) -> Result<RoleList, Error> {
        let answer = self.caller.call("GetAssignedRoles", []).await?;
        Ok(RoleList::parse(&answer.text("RoleList")?))
    }

    /// Which roles may call an action. UDN and service id go to the device as
    /// the description spells them.
    ///
    /// # Errors
    /// See [`Error`]; fault 600 for what is unknown.
    pub async fn get_roles_for_action(
        &self,
        service: &ServiceRef,
        action: &str,
    ) -> Result<RolesForAction, Error> {
        let arguments = [
            ("DeviceUDN", service.device_udn.as_str().to_owned()),
            ("ServiceId", service.service_id.as_str().to_owned()),
            ("ActionName", action.to_owned()),
        ];
        let answer = self.caller.call("GetRolesForAction", arguments).await?;
        Ok(RolesForAction {
            roles: RoleList::parse(&answer.text("RoleList")?),
            restricted: RoleList::parse(&answer.text_or_empty("RestrictedRoleList")),
        })
    }

    /// Asks for the challenge of a login.
    ///
    /// # Errors
    /// See [`Error`]; fault 600 for an unknown name.
    pub async fn get_user_login_challenge(&self, name: &str) -> Result<UserLoginChallenge, Error> {
        let arguments = [
            ("ProtocolType", PKCS5.to_owned()),
            ("Name", name.to_owned()),
        ];
        let answer = self.caller.call("GetUserLoginChallenge", arguments).await?;
        Ok(UserLoginChallenge {
            salt: octets(&answer, "Salt")?,
            challenge: octets(&answer, "Challenge")?,
            challenge_text: answer.verbatim("Challenge")?,
        })
    }

    /// Logs in with the answer to a challenge, for this TLS session.
    ///
    /// # Errors
    /// See [`Error`]; fault 701 for a wrong password.
    pub async fn user_login(
        &self,
        challenge: &UserLoginChallenge,
        authenticator: &[u8],
    ) -> Result<(), Error> {
        let arguments = [
            ("ProtocolType", PKCS5.to_owned()),
            ("Challenge", challenge.challenge_text.clone()),
            ("Authenticator", print_base64(authenticator)),
        ];
        self.caller.call("UserLogin", arguments).await?;
        Ok(())
    }

    /// Logs out.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn user_logout(&self) -> Result<(), Error> {
        self.caller.call("UserLogout", []).await?;
        Ok(())
    }

    /// Who is known to the device, with which roles.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_acl_data(&self) -> Result<Acl, Error> {
        let answer = self.caller.call("GetACLData", []).await?;
        answer.document("ACL", "ACL", Acl::read)
    }

    /// As [`DeviceProtection::get_acl_data`], with the pieces that have no meaning here.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_whole_acl_data(&self) -> Result<(Acl, Vec<UnknownPart>), Error> {
        let answer = self.caller.call("GetACLData", []).await?;
        answer.document("ACL", "ACL", |root, forgiven| {
            (Acl::read(root, forgiven), UnknownPart::read_all(root))
        })
    }

    /// Makes identities known to the device, with the role Public. Returns
    /// those known now: at least the ones that were asked for.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn add_identity_list(&self, list: &IdentityList) -> Result<IdentityList, Error> {
        let arguments = [("IdentityList", list.write())];
        let answer = self.caller.call("AddIdentityList", arguments).await?;
        answer.document("IdentityListResult", "Identities", IdentityList::read)
    }

    /// Makes the device forget an identity.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn remove_identity(&self, identity: &Identity) -> Result<(), Error> {
        let arguments = [("Identity", identity.write())];
        self.caller.call("RemoveIdentity", arguments).await?;
        Ok(())
    }

    /// Sets a user's password, as the derived octets the device stores.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_user_login_password(
        &self,
        name: &str,
        stored: &[u8],
        salt: &[u8],
    ) -> Result<(), Error> {
        let arguments = [
            ("ProtocolType", PKCS5.to_owned()),
            ("Name", name.to_owned()),
            ("Stored", print_base64(stored)),
            ("Salt", print_base64(salt)),
        ];
        self.caller.call("SetUserLoginPassword", arguments).await?;
        Ok(())
    }

    /// Gives an identity further roles.
    ///
    /// # Errors
    /// See [`Error`]; fault 600 for an unknown role or identity.
    pub async fn add_roles_for_identity(
        &self,
        identity: &Identity,
        roles: &RoleList,
    ) -> Result<(), Error> {
        let arguments = [
            ("Identity", identity.write()),
            ("RoleList", roles.to_string()),
        ];
        self.caller.call("AddRolesForIdentity", arguments).await?;
        Ok(())
    }

    /// Takes roles from an identity.
    ///
    /// # Errors
    /// See [`Error`]; fault 600 for an unknown role or identity.
    pub async fn remove_roles_for_identity(
        &self,
        identity: &Identity,
        roles: &RoleList,
    ) -> Result<(), Error> {
        let arguments = [
            ("Identity", identity.write()),
            ("RoleList", roles.to_string()),
        ];
        self.caller
            .call("RemoveRolesForIdentity", arguments)
            .await?;
        Ok(())
    }
}

/// Octets of an argument. What they are is not repeated in an error: they may
/// belong to a secret.
fn octets<C: ActionCall>(answer: &Answer<'_, C>, argument: &str) -> Result<Vec<u8>, Error> {
    let text = answer.verbatim(argument)?;
    answer.fail(parse_base64(&text).ok_or_else(|| SoapError::Unreadable {
        what: argument.to_owned(),
        detail: String::from("not base64"),
    }))
}
