//! The least a window of this kind can be: an empty page and nothing behind it. Prints how many
//! milliseconds it takes from the start of the program to the page's second frame, and ends.
//! `scripts/window-start.sh` measures the real window beside it.

use std::time::Instant;

use tauri::http::Response;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><title>empty</title><script>\
    requestAnimationFrame(() => requestAnimationFrame(() => fetch('empty://localhost/shown')));\
    </script>";

fn main() -> Result<(), tauri::Error> {
    let started = Instant::now();
    let mut context = tauri::generate_context!();
    context.config_mut().app.windows.clear();
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", move |_, request| {
            if request.uri().path() == "/shown" {
                println!("{}", started.elapsed().as_millis());
                std::process::exit(0);
            }
            Response::builder()
                .header("content-type", "text/html")
                .body(PAGE.as_bytes())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = Url::parse("empty://localhost/")?;
            WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(page)).build()?;
            Ok(())
        })
        .run(context)
}
