//! The card for the wall: name and password of the Wi-Fi, and the square a telephone reads.
//!
//! The square holds the text most telephones understand: `WIFI:T:WPA;S:name;P:password;;`, with a
//! backslash before each of `\ ; , : "`.

use std::fmt::Write as _;

use dp_credentials::secrets::Secret;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::error::Error;
use crate::schema::Language;

/// Empty modules around the square; readers rely on four.
const QUIET: i32 = 4;

/// Name and password of a wireless network. It does not print.
#[derive(Debug, Clone)]
pub struct WifiCard {
    /// Its name.
    pub wifi_name: String,
    /// Its password.
    pub password: Secret<String>,
}

impl WifiCard {
    /// The text of the square.
    fn uri(&self) -> Secret<String> {
        Secret::new(format!(
            "WIFI:T:WPA;S:{};P:{};;",
            escaped(&self.wifi_name),
            escaped(self.password.expose())
        ))
    }

    /// The square as a drawing of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] for a text too long for any square, which no name and password are.
    pub fn svg(&self) -> Result<Secret<String>, Error> {
        let code = QrCode::encode_text(self.uri().expose(), QrCodeEcc::Medium)
            .map_err(|_| Error::Internal("the card is too long for a square".to_owned()))?;
        let size = code.size() + 2 * QUIET;
        let mut path = String::new();
        for row in 0..code.size() {
            let mut column = 0;
            while column < code.size() {
                let start = column;
                while column < code.size() && code.get_module(column, row) {
                    column += 1;
                }
                if column > start {
                    let width = column - start;
                    let (x, y) = (start + QUIET, row + QUIET);
                    write!(path, "M{x} {y}h{width}v1h-{width}z").ok();
                }
                column += 1;
            }
        }
        Ok(Secret::new(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        )))
    }

    /// The card as a page of its own, to be printed from any browser.
    ///
    /// # Errors
    ///
    /// As [`WifiCard::svg`].
    pub fn html(&self, language: Language) -> Result<Secret<String>, Error> {
        let words = match language {
            Language::German => WORDS_DE,
            Language::English => WORDS_EN,
        };
        let svg = self.svg()?;
        Ok(Secret::new(format!(
            "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
             <main><h1>{title}</h1>{svg}<p>{scan}</p><dl><dt>{name_word}</dt><dd>{name}</dd>\
             <dt>{password_word}</dt><dd class=\"password\">{password}</dd></dl></main></html>\n",
            lang = words[0],
            title = words[1],
            scan = words[2],
            name_word = words[3],
            password_word = words[4],
            svg = svg.expose(),
            name = shown(&self.wifi_name),
            password = shown(self.password.expose()),
        )))
    }
}

const WORDS_EN: [&str; 5] = [
    "en",
    "Our Wi-Fi",
    "Point the camera of a phone here.",
    "Name",
    "Password",
];
const WORDS_DE: [&str; 5] = [
    "de",
    "Unser WLAN",
    "Halten Sie die Kamera eines Telefons darauf.",
    "Name",
    "Kennwort",
];

const STYLE: &str = "body{margin:0;font:18px/1.5 system-ui,sans-serif;color:#1b2025;background:#fff}\
main{width:90mm;margin:15mm auto;padding:10mm;border:1px solid #999;border-radius:4mm;text-align:center}\
h1{margin:0 0 4mm;font-size:26px}svg{width:60mm;height:60mm}p{margin:2mm 0 6mm;color:#59616a}\
dl{margin:0;text-align:left}dt{color:#59616a;font-size:15px}dd{margin:0 0 4mm;font-weight:600;overflow-wrap:anywhere;white-space:pre-wrap}\
.password{font-family:ui-monospace,monospace}@page{margin:10mm}";

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if matches!(letter, '\\' | ';' | ',' | ':' | '"') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// A text as text of a page.
fn shown(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, password: &str) -> WifiCard {
        WifiCard {
            wifi_name: name.to_owned(),
            password: Secret::new(password.to_owned()),
        }
    }

    #[test]
    fn what_means_something_in_the_text_is_escaped() {
        assert_eq!(
            card("Zum Anker", "Leuchtturm 1887").uri().expose(),
            "WIFI:T:WPA;S:Zum Anker;P:Leuchtturm 1887;;"
        );
        assert_eq!(
            card(r#"a;b,c:d"e\f"#, ";;").uri().expose(),
            r#"WIFI:T:WPA;S:a\;b\,c\:d\"e\\f;P:\;\;;;"#
        );
    }

    #[test]
    fn the_longest_card_still_fits_and_carries_no_markup_of_its_own() {
        let card = card(&"<&>".repeat(10), &"\\".repeat(63));
        let html = card.html(Language::German).expect("it fits");
        let html = html.expose();
        assert!(
            html.contains("&lt;&amp;&gt;") && !html.contains("<&>"),
            "{html}"
        );
        assert!(html.contains("<html lang=\"de\">"));
        assert!(
            !format!("{card:?}").contains("\\\\\\\\"),
            "it prints no password"
        );
    }

    #[test]
    fn the_square_has_its_three_corners_and_room_around_it() {
        let svg = card("n", "12345678").svg().expect("it fits");
        let svg = svg.expose();
        // The upper left finder: seven modules in the first row, behind four empty ones.
        assert!(svg.contains("d=\"M4 4h7v1h-7z"), "{svg}");
        let size = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let size: i32 = size.and_then(|size| size.parse().ok()).expect("a size");
        assert!(
            svg.contains(&format!("M{} 4h7v1h-7z", size - QUIET - 7)),
            "{svg}"
        );
    }
}
