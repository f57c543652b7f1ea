//! Event messages, and the state variables of ConfigurationManagement in them.

use upnp::data_model::update::StateUpdate;
use upnp::gena::notify::PropertySet;
use upnp::limits;

use crate::parameter_values::values;

/// Checks the body of a NOTIFY.
///
/// # Panics
/// When something that must hold does not.
pub fn gena_notify(input: &[u8]) {
    for charset in [None, Some("iso-8859-1")] {
        let read = PropertySet::parse(input, charset);
        assert_eq!(read, PropertySet::parse(input, charset), "the same twice");
        match read {
            Ok(set) => holds(&set, input.len()),
            Err(error) => assert!(error.to_string().len() < 2048, "{error}"),
        }
    }
    update(&String::from_utf8_lossy(input));
}

fn holds(set: &PropertySet, input: usize) {
    crate::reported(&set.forgiven);
    assert!(set.variables.len() <= limits::ARGUMENTS);
    let size: usize = set
        .variables
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    // An octet of another character set becomes three at most.
    assert!(size <= 3 * input, "no text grows");
    for (name, value) in &set.variables {
        assert!(!name.is_empty() && name.len() <= limits::XML_NAME_BYTES);
        let first = set.variables.iter().find(|(found, _)| found == name);
        assert_eq!(set.get(name), first.map(|(_, value)| value.as_str()));
        update(value);
    }
}

/// What holds for the value of an `...Update` variable.
fn update(value: &str) {
    let Some(update) = StateUpdate::parse(value) else {
        return;
    };
    assert_eq!(StateUpdate::parse(&update.to_text()), Some(update.clone()));
    let changed = update.parameter_values();
    if let Some(document) = &update.values {
        values(document);
    } else {
        assert!(changed.is_ok_and(|changed| changed.is_empty()));
    }
}
