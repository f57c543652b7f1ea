//! What a change does to the way to the gateway, in words, and the hunt for it afterwards.

use management::forecast::{ForecastCode, ForecastEffectView, ForecastSeverity, ForecastView};
use management::{limits, Error, Management, Session};

use crate::output::{tone, Output, Tone};

/// What a person must know before they send it.
pub fn sentences(forecast: &ForecastView) -> Vec<String> {
    let mut lines: Vec<String> = forecast
        .effects
        .iter()
        .map(|effect| tone(Tone::Caution, &sentence(effect)))
        .collect();
    let end = match (forecast.severity, &forecast.found_at) {
        (ForecastSeverity::CutOff, Some(at)) => Some(format!(
            "The gateway will be at {at}; this computer needs an address there first."
        )),
        (ForecastSeverity::CutOff, None) => {
            Some("This computer will not reach the gateway any more.".to_owned())
        }
        (ForecastSeverity::Moves, Some(at)) => {
            Some(format!("It will be looked for at {at} afterwards."))
        }
        _ => None,
    };
    lines.extend(end.map(|end| tone(Tone::Bad, &end)));
    lines
}

/// Refuses what cuts this computer off when nobody was asked and nobody said so on purpose.
///
/// # Errors
///
/// [`Error::Usage`] with what would happen.
pub fn require_way(forecast: &ForecastView, yes: bool, even_if: bool) -> Result<(), Error> {
    if !yes || even_if || forecast.severity < ForecastSeverity::MayCutOff {
        return Ok(());
    }
    let what: Vec<String> = forecast.effects.iter().map(sentence).collect();
    Err(Error::Usage(format!(
        "this may cut this computer off: {} Add --even-if-cut-off to send it all the same",
        what.join(" ")
    )))
}

/// Looks for the gateway where it should be by now.
pub async fn look_for(
    management: &Management,
    session: &Session,
    forecast: &ForecastView,
    output: &Output,
) {
    if forecast.severity < ForecastSeverity::Moves {
        return;
    }
    let progress = output.progress("Looking for the gateway");
    let found_at = forecast.found_at.as_deref();
    let found = management.hunt(&session.udn, found_at, limits::HUNT).await;
    drop(progress);
    match found {
        Some(view) => anstream::eprintln!(
            "{} answers at {}. To take the change back: lanside undo {}",
            session.name,
            view.address.unwrap_or_default(),
            session.udn
        ),
        None => anstream::eprintln!(
            "{} does not answer any more. By another way to it, cable or Wi-Fi, take the change back: lanside undo {}",
            session.name,
            session.udn
        ),
    }
}

fn sentence(effect: &ForecastEffectView) -> String {
    let path = &effect.path;
    let fact = effect.fact.as_deref().unwrap_or("another one");
    match effect.code {
        ForecastCode::WifiReconnects => {
            "The Wi-Fi this computer is on drops for a moment.".to_owned()
        }
        ForecastCode::NoLeases => format!(
            "Nobody gives this computer an address any more when its present one runs out ({path})."
        ),
        ForecastCode::AddressMoves => format!("The gateway moves to {fact}."),
        ForecastCode::OtherSubnet => {
            format!("The gateway moves to {fact}, where this computer's address does not belong.")
        }
        ForecastCode::AddressGone => "The gateway has no address left on this side.".to_owned(),
        ForecastCode::PortOff => {
            format!("The port this computer is connected to is switched off ({path}).")
        }
        ForecastCode::BridgeOff => {
            format!("The bridge between this computer and the gateway is switched off ({path}).")
        }
        ForecastCode::InterfaceOff => {
            format!("An interface between this computer and the gateway is switched off ({path}).")
        }
        ForecastCode::WayBroken => {
            "The interfaces between this computer and the gateway are taken apart.".to_owned()
        }
        ForecastCode::RadioOff | ForecastCode::WifiOff => {
            format!("The Wi-Fi this computer is on is switched off ({path}).")
        }
        ForecastCode::WifiNewName => {
            format!("The Wi-Fi this computer is on will be called {fact}; join it again.")
        }
        ForecastCode::WifiNewKey => {
            "The Wi-Fi this computer is on gets another password; join it again.".to_owned()
        }
        ForecastCode::WifiKeepsMeOut => {
            "The Wi-Fi this computer is on lets only listed devices in, and this one is not listed."
                .to_owned()
        }
        ForecastCode::FirewallDrops => {
            format!("The firewall drops what this computer sends to the gateway ({path}).")
        }
        ForecastCode::ManagementOff => {
            format!("The gateway stops being managed this way ({path}).")
        }
        ForecastCode::PlaceUnknown => format!(
            "{path} may be on the way to the gateway; where this computer is, it does not tell."
        ),
    }
}
