//! What a gateway tells before it is introduced, as the window gets it.

use management::view::{DataModelView, GatewayView};
use management::Shown;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything about a gateway that can be told without changing anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CardView {
    /// The gateway.
    pub gateway: GatewayView,
    /// Its data models; empty when it does not tell them to the roles held.
    pub data_models: Vec<DataModelView>,
    /// Ways to be introduced and to log in, for example `WPS` and `PKCS5`; empty when it
    /// does not tell them.
    pub protocols: Vec<String>,
    /// Roles it was told to.
    pub roles: Vec<String>,
}

impl From<Shown> for CardView {
    fn from(shown: Shown) -> CardView {
        CardView {
            gateway: shown.gateway,
            data_models: shown.data_models,
            protocols: shown.protocols,
            roles: shown.roles,
        }
    }
}
