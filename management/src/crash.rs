//! What a crash of ours says: where it was, never with which value.
//!
//! A message that was put together when the program failed may hold anything the program
//! worked on. One that stands in the source as it is holds nothing.

use std::panic::PanicHookInfo;

/// From now on a panic of this process tells the place, and its message only where that is
/// written in the source. For both faces, before anything else is done.
pub fn tell_places_only() {
    std::panic::set_hook(Box::new(|info| {
        let told = told(info);
        tracing::error!("{told}");
        eprintln!("{told}");
    }));
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let place = info
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let message = info
        .payload()
        .downcast_ref::<&'static str>()
        .map(|message| format!(" ({message})"))
        .unwrap_or_default();
    format!(
        "Lanside made a mistake of its own at {place}{message}. \
         Nothing it worked on is repeated here. Please report this line."
    )
}
