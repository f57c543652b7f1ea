//! What the page says. Every text from elsewhere is escaped.

use std::fmt::Write as _;

use super::sessions::Visitor;
use crate::acl::{Acl, ControlPoint};
use crate::enrollee::permission::{Grant, PagePin};
use crate::xml::escape_attribute as escaped;

/// Where the PIN is.
pub enum PinPart<'a> {
    /// Here, if one was made.
    Here(Option<PagePin<'a>>),
    /// Not on this page.
    Elsewhere,
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font-family:sans-serif;max-width:50em;margin:2em auto}}\
         output{{font-size:2em;letter-spacing:.1em}}td,th{{padding:.3em;text-align:left}}</style>\
         </head><body><h1>{title}</h1>{body}</body></html>\n",
        title = escaped(title)
    )
}

/// One sentence, and the way back.
pub fn message(words: &str) -> String {
    let words = escaped(words);
    document(
        "Gateway",
        &format!("<p>{words}</p><p><a href=\"/\">Back</a></p>"),
    )
}

fn form(action: &str, visitor: &Visitor, fields: &str, button: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"token\" value=\"{}\">\
         {fields}<button>{button}</button></form>",
        visitor.token()
    )
}

/// Who is there?
pub fn login(name: &str, visitor: &Visitor) -> String {
    let fields =
        "<p><label>Name <input name=\"name\" autocomplete=\"username\" required></label></p>\
         <p><label>Password <input name=\"password\" type=\"password\" \
         autocomplete=\"current-password\" required></label></p>";
    document(name, &form("/login", visitor, fields, "Log in"))
}

fn choice(chosen: &str, roles: &[&str]) -> String {
    let options: String = roles
        .iter()
        .map(|role| {
            let selected = if *role == chosen { " selected" } else { "" };
            format!("<option{selected}>{role}</option>")
        })
        .collect();
    format!("<label>Role <select name=\"role\">{options}</select></label> ")
}

/// The PIN and the control points.
pub fn overview(name: &str, user: &str, visitor: &Visitor, pin: &PinPart<'_>, acl: &Acl) -> String {
    let mut body = format!("<p>Logged in as {}.</p>", escaped(user));
    body.push_str(&form("/logout", visitor, "", "Log out"));
    body.push_str("<h2>PIN</h2>");
    match pin {
        PinPart::Elsewhere => body.push_str("<p>The PIN of this gateway is not on this page.</p>"),
        PinPart::Here(shown) => {
            match shown {
                Some(shown) => {
                    let role = match shown.grant {
                        Grant::Basic => "Basic",
                        Grant::Admin => "Admin",
                    };
                    let minutes = shown.left.as_secs().div_ceil(60);
                    let digits = shown.pin.expose();
                    // Writing to a String never fails.
                    let _ = write!(
                        body,
                        "<p><output id=\"pin\">{digits}</output></p><p>For one introduction, which gives \
                         the role {role}, within {minutes} minutes.</p>"
                    );
                }
                None => body.push_str("<p>There is no PIN at present.</p>"),
            }
            let fields = choice("Admin", &["Basic", "Admin"]);
            body.push_str(&form("/pin", visitor, &fields, "Make a new PIN"));
        }
    }
    body.push_str(
        "<h2>Control points</h2><table><tr><th>Name</th><th>Identity</th><th>Introduced</th>\
         <th>Roles</th><th></th></tr>",
    );
    for known in &acl.control_points {
        body.push_str(&row(known, visitor));
    }
    body.push_str("</table>");
    document(name, &body)
}

fn row(known: &ControlPoint, visitor: &Visitor) -> String {
    let name = known.alias.as_deref().unwrap_or(&known.name);
    let highest = ["Admin", "Basic", "Public"]
        .into_iter()
        .find(|role| known.roles.has(role));
    let fields = format!(
        "<input type=\"hidden\" name=\"id\" value=\"{}\">{}",
        known.id,
        choice(highest.unwrap_or("Public"), &["Public", "Basic", "Admin"])
    );
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escaped(name),
        known.id,
        if known.introduced { "yes" } else { "no" },
        escaped(&known.roles.names()),
        form("/role", visitor, &fields, "Set")
    )
}
