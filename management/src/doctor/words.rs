//! The sentences of findings, in English. Faces in other languages make their own from the
//! code and the facts.

use super::{FindingCode, FindingFacts};

/// What was found out.
pub(super) fn message(code: FindingCode, facts: &FindingFacts) -> String {
    use FindingCode as C;
    let adapters = list(&facts.adapters);
    let others = list(&facts.other_adapters);
    let programs = list(&facts.programs);
    let gateway = facts.gateway.as_deref().unwrap_or("the router");
    let detail = facts.detail.as_deref().unwrap_or("no reason given");
    match code {
        C::NoAdapter => "This computer is not connected to any network.".to_owned(),
        C::NoAddress => format!("{adapters} {} connected but {} no address.", is_are(facts), has_have(facts)),
        C::SelfGivenAddress => format!(
            "Nobody gave {adapters} an address: the computer made up {} itself.",
            list(&facts.addresses)
        ),
        C::OnlyVpn => format!("Only the VPN {adapters} is up; a gateway at home is not behind it."),
        C::OnlyVirtual => format!("Only {adapters} for containers or virtual machines {} up.", is_are(facts)),
        C::SearchForbidden => format!("This computer does not let the search out through {adapters}: {detail}."),
        C::SearchNoRoute => format!("The search finds no way out through {adapters}: {detail}."),
        C::SearchNotSent => format!("The search could not be sent through {adapters}: {detail}."),
        C::MulticastNotHeard if facts.programs.is_empty() => format!(
            "Multicast sent through {adapters} does not come back to this computer: a firewall here takes it away."
        ),
        C::MulticastNotHeard => format!(
            "Multicast sent through {adapters} does not come back to this computer: its firewall ({programs}) takes it away."
        ),
        C::PortHeld if facts.programs.is_empty() => {
            "Another program holds UDP port 1900 for itself alone, so announcements cannot be heard.".to_owned()
        }
        C::PortHeld => format!(
            "UDP port 1900 is held by {programs} and not shared, so announcements cannot be heard."
        ),
        C::NotListening => format!("Announcements cannot be heard on {adapters}: {detail}."),
        C::VpnTakesRoute if facts.other_adapters.is_empty() => {
            format!("The VPN {adapters} takes all multicast of this computer.")
        }
        C::VpnTakesRoute => format!(
            "The VPN {adapters} takes the multicast that belongs to {others}; many VPNs block the local network altogether."
        ),
        C::FirewallRunning => format!(
            "A firewall runs on this computer ({programs}). Many let searches out and drop the answers."
        ),
        C::GatewayAnswersUnicastOnly => format!(
            "The router {gateway} answers when it is asked directly, but not the search by multicast on {adapters}: something on the way filters multicast."
        ),
        C::GatewayWithoutUpnp => format!(
            "The router {gateway} on {adapters} is there but does not speak UPnP: it may be switched off in it."
        ),
        C::GatewaySilent => format!(
            "The router {gateway} on {adapters} does not answer this computer at all, as in a guest network."
        ),
        C::DescriptionsUnreadable if facts.addresses.is_empty() => {
            "Devices announce themselves, but their descriptions cannot be read.".to_owned()
        }
        C::DescriptionsUnreadable => format!(
            "Devices answer from {}, but their descriptions cannot be read.",
            list(&facts.addresses)
        ),
        C::OnlyIssueOne => format!(
            "{} was found, but speaks the older TR-064 Issue 1, which cannot be managed here.",
            list(&facts.devices)
        ),
        C::NoneManageable => match facts.count {
            Some(1) => format!("One device answered ({}), but it offers no TR-064.", list(&facts.devices)),
            number => format!(
                "{} devices answered, but none offers TR-064: {}.",
                number.unwrap_or_default(),
                list(&facts.devices)
            ),
        },
        C::NobodyAnswered => {
            let addresses = list(&facts.addresses);
            let heard = match facts.count.unwrap_or_default() {
                0 => String::new(),
                1 => " One other host was heard there.".to_owned(),
                hosts => format!(" {hosts} other hosts were heard there."),
            };
            format!("Nobody answered the search on {adapters} ({addresses}).{heard}")
        }
        C::AdaptersNotNamed if facts.adapters.is_empty() => {
            format!("{others} {} not searched because only other adapters were named.", was_were(&facts.other_adapters))
        }
        C::AdaptersNotNamed => format!(
            "Only {adapters} {} searched; {others} {} not named.",
            was_were(&facts.adapters),
            was_were(&facts.other_adapters)
        ),
        C::NoRouter => format!("No router is known behind {adapters}: this network has no way out."),
        C::SameNetwork => format!("{adapters} are in the same network; answers may come in on the wrong one."),
        C::ReversePathStrict => format!(
            "The system drops packets on {adapters} when it would send the answer elsewhere (rp_filter is strict)."
        ),
        C::VpnUp => format!("The VPN {adapters} is up; some VPNs block the local network."),
        C::GatewaysFound => match facts.count {
            Some(1) => format!("One gateway can be managed: {}.", list(&facts.devices)),
            number => format!("{} gateways can be managed: {}.", number.unwrap_or_default(), list(&facts.devices)),
        },
        C::MulticastWorks => format!("Multicast leaves and comes back on {adapters}."),
        C::PortShared => format!("UDP port 1900 is shared with {programs}, which does no harm."),
    }
}

/// What to do about it.
pub(super) fn next(code: FindingCode, facts: &FindingFacts) -> Option<String> {
    use FindingCode as C;
    let gateway = facts.gateway.as_deref().unwrap_or("192.168.1.1");
    let by_address = format!("`lanside show {gateway}`");
    Some(match code {
        C::NoAdapter => "Plug in the cable or connect to the gateway's Wi-Fi, then try again.".to_owned(),
        C::NoAddress | C::SelfGivenAddress => {
            "Check that the cable is in a LAN port of the gateway and that the gateway is on, then reconnect; if it gives out no addresses, set one by hand.".to_owned()
        }
        C::OnlyVpn => "Connect to the gateway's network by cable or Wi-Fi; disconnect the VPN if nothing is found then.".to_owned(),
        C::OnlyVirtual => "Connect to the gateway's network by cable or Wi-Fi. In a virtual machine, use a bridged adapter.".to_owned(),
        C::SearchForbidden => "Allow Lanside in the firewall of this computer (UDP out to 239.255.255.250, port 1900).".to_owned(),
        C::SearchNoRoute => "Reconnect the network. On macOS, allow Lanside under System Settings, Privacy & Security, Local Network.".to_owned(),
        C::SearchNotSent => "Reconnect the network and try again; search through one adapter with `--interface NAME`.".to_owned(),
        C::MulticastNotHeard => "Allow Lanside in the firewall of this computer: UDP in on port 1900 and to 239.255.255.250. On Windows, set the network to “private”.".to_owned(),
        C::PortHeld => "Close that program, or search while it runs: answers to searches arrive all the same.".to_owned(),
        C::NotListening => "Reconnect the adapter. Searches still work; gateways are only seen when searched for.".to_owned(),
        C::VpnTakesRoute | C::VpnUp => "Disconnect the VPN, or allow access to the local network in its settings, then try again.".to_owned(),
        C::FirewallRunning => "Switch it off for a moment and try again. If that helps, allow UDP from the local network, source port 1900.".to_owned(),
        C::GatewayAnswersUnicastOnly => format!(
            "Use it by its address: {by_address}. To repair the search, connect by cable, or switch off client isolation and IGMP snooping on the Wi-Fi or switch."
        ),
        C::GatewayWithoutUpnp => format!(
            "Switch on UPnP or TR-064 in the router's own pages, http://{gateway}/. If the gateway is another box, give its address: `lanside show ADDRESS`."
        ),
        C::GatewaySilent => format!(
            "Leave the guest network and connect to the main one, or use the cable; then try {by_address}."
        ),
        C::DescriptionsUnreadable => "Allow Lanside in the firewall (TCP out to the local network) and try again.".to_owned(),
        C::OnlyIssueOne => "Use the gateway's own web page.".to_owned(),
        C::NoneManageable => "See what they are with `lanside discover --all`. Switch on TR-064 in the gateway, or give its address: `lanside show ADDRESS`.".to_owned(),
        C::NobodyAnswered => "Check that the gateway is on and in the same network, or give its address: `lanside show ADDRESS`.".to_owned(),
        C::AdaptersNotNamed => "Search without `--interface`, or name the adapter that leads to the gateway.".to_owned(),
        C::NoRouter => "Check that the cable is in a LAN port of the gateway.".to_owned(),
        C::SameNetwork => "Switch one of them off, or search through one with `--interface NAME`.".to_owned(),
        C::ReversePathStrict => "Ask the administrator to set net.ipv4.conf.*.rp_filter to 2 while you search.".to_owned(),
        C::GatewaysFound | C::MulticastWorks | C::PortShared => return None,
    })
}

/// `a`, `a and b`, `a, b and c`.
fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn is_are(facts: &FindingFacts) -> &'static str {
    if facts.adapters.len() == 1 {
        "is"
    } else {
        "are"
    }
}

fn has_have(facts: &FindingFacts) -> &'static str {
    if facts.adapters.len() == 1 {
        "has"
    } else {
        "have"
    }
}

fn was_were(names: &[String]) -> &'static str {
    if names.len() == 1 {
        "was"
    } else {
        "were"
    }
}
