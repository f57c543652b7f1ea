//! What a parameter whose value names another item may name (TR-106 pathRef and enumerationRef).

use serde::Serialize;

/// What the value points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Reference {
    /// The value is a path.
    Path {
        /// The gateway empties the value when its target goes (TR-106 "strong").
        follows_target: bool,
        /// `row`, `object`, `parameter`… as the model says.
        target_type: &'static str,
        /// Absolute paths of the tables or objects the target must be in, `{i}` for each instance
        /// number; empty = anywhere.
        targets: Vec<String>,
    },
    /// The value is one of those another parameter lists.
    ValueOf {
        /// Absolute path of that parameter, `{i}` for each instance number.
        parameter: String,
        /// Value that stands for "none of them".
        null_value: Option<&'static str>,
    },
}

impl Reference {
    /// Reads the reference of a parameter of `object` (a path ending in a dot).
    pub(super) fn parse(text: &'static str, object: &str) -> Option<Self> {
        let (head, rest) = text.split_once(':')?;
        if head == "enumRef" {
            let (parameter, null_value) = match rest.split_once(" null=") {
                Some((parameter, quoted)) => (parameter, Some(quoted.trim_matches('\''))),
                None => (rest, None),
            };
            return Some(Self::ValueOf {
                parameter: absolute(parameter.trim(), object),
                null_value,
            });
        }
        let inside = head.strip_prefix("pathRef(")?.strip_suffix(')')?;
        let (strength, target_type) = inside.split_once(',')?;
        Some(Self::Path {
            follows_target: strength == "strong",
            target_type,
            targets: rest
                .split_whitespace()
                .map(|target| absolute(target, object))
                .collect(),
        })
    }
}

impl Reference {
    /// The same reference for a model that is mounted below `prefix`.
    pub(super) fn below(self, prefix: &str) -> Self {
        match self {
            Self::Path {
                follows_target,
                target_type,
                targets,
            } => Self::Path {
                follows_target,
                target_type,
                targets: targets
                    .iter()
                    .map(|target| format!("{prefix}{target}"))
                    .collect(),
            },
            Self::ValueOf {
                parameter,
                null_value,
            } => Self::ValueOf {
                parameter: format!("{prefix}{parameter}"),
                null_value,
            },
        }
    }
}

/// Resolves TR-106 path marks: a leading `.` starts at the root, each `#` is one level above the
/// object, anything else is below the object unless it already starts with the root's name.
/// An instance is no level of its own: the parent of `A.B.{i}.` is `A.`. The root of a service
/// model is a row, `VoiceService.{i}.`; its device's tree is meant where `Services` is named.
fn absolute(target: &str, object: &str) -> String {
    let root = object.split('.').next().unwrap_or("");
    if object
        .get(root.len()..)
        .is_some_and(|rest| rest.starts_with(".{i}."))
    {
        if let Some(below_root) = target.strip_prefix(".Services.") {
            return below_root.to_owned();
        }
        if let Some(below_root) = target.strip_prefix('.') {
            return format!("{root}.{{i}}.{below_root}");
        }
    }
    if let Some(below_root) = target.strip_prefix('.') {
        return format!("{root}.{below_root}");
    }
    if target
        .strip_prefix(root)
        .is_some_and(|rest| rest.starts_with('.'))
    {
        return target.to_owned();
    }
    let below = target.trim_start_matches('#');
    let mut base = object;
    for _ in 0..target.len() - below.len() {
        let stem = base.trim_end_matches('.').trim_end_matches(".{i}");
        base = stem.rfind('.').map_or(base, |dot| &stem[..=dot]);
    }
    format!("{base}{}", below.trim_start_matches('.'))
}
