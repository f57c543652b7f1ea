//! Loading everything below a node in parts, so that it can be followed and stopped.
//!
//! What there is to read is found out first: only then does "812 of 1,530" mean anything. What
//! was read before it was stopped stays, and the rest stays "not read yet".

use crate::error::Error;
use crate::limits;
use crate::session::Session;
use crate::standing::Loaded;
use crate::view::NodeKind;

impl Session {
    /// Reads the whole tree. `progress` hears how many parameters are loaded and known.
    /// Returns false when it was stopped.
    ///
    /// # Errors
    ///
    /// As [`Session::load_subtree`].
    pub async fn load_all(&self, progress: impl FnMut(u32, u32)) -> Result<bool, Error> {
        self.load_subtree("/", progress).await
    }

    /// Reads everything below a node, in parts. `progress` hears before each part how many
    /// parameters of the whole tree are loaded and known. Returns false when it was stopped
    /// by [`Session::cancel_load`].
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`] for a path that is no object; [`Error::Gateway`]. What was read
    /// until then stays.
    pub async fn load_subtree(
        &self,
        upnp_path: &str,
        mut progress: impl FnMut(u32, u32),
    ) -> Result<bool, Error> {
        self.begin_load();
        if upnp_path != "/" {
            return self.load_below(upnp_path, &mut progress).await;
        }
        self.read_level("/", false).await?;
        let roots: Vec<String> = {
            let tree = self.tree();
            let roots = tree.root().children().map(|root| root.path());
            roots.collect()
        };
        for root in roots {
            if !self.load_below(&root, &mut progress).await? {
                return Ok(false);
            }
        }
        self.mark_complete();
        Ok(true)
    }

    async fn load_below(
        &self,
        upnp_path: &str,
        progress: &mut impl FnMut(u32, u32),
    ) -> Result<bool, Error> {
        let mut tell = || {
            let (known, parameters) = {
                let tree = self.tree();
                (tree.known(), tree.parameters())
            };
            progress(known, parameters);
        };
        let (id, _, path) = self.object(upnp_path)?;
        let structure = self.read_structure(&path).await?;
        self.read_row_numbers(id, &path, &structure).await?;
        self.note_places(id, &path, &structure, false);
        tell();
        if self.load_cancelled() {
            return Ok(false);
        }
        // The rows of a table come with its parts.
        if structure.is_empty() || self.tree().node(id).kind() != NodeKind::Table {
            self.read_level(&path, false).await?;
        }
        for part in self.parts_below(&path) {
            tell();
            if self.load_cancelled() {
                return Ok(false);
            }
            match part {
                // Without a structure of the whole, each part may still have one.
                Part::Object(child) if structure.is_empty() => self.read_subtree(&child).await?,
                Part::Object(child) => self.read_values_below(child, 0, &mut 0).await?,
                Part::Rows(rows) => drop(self.read_values(&rows).await?),
            }
        }
        self.note_places(id, &path, &structure, true);
        self.tree().shrink_to_fit();
        tell();
        Ok(true)
    }

    /// What is read with one request each: the objects of an object, some rows of a table.
    fn parts_below(&self, path: &str) -> Vec<Part> {
        let tree = self.tree();
        let mut parts = Vec::new();
        let Some(node) = tree.find(path) else {
            return parts;
        };
        let rows_of = |table: crate::tree::Node<'_>| -> Vec<String> {
            let rows = table.children().map(|row| row.path());
            rows.collect()
        };
        let in_parts = |rows: Vec<String>| {
            let parts = rows.chunks(limits::ROWS_AT_ONCE).map(<[String]>::to_vec);
            parts.map(Part::Rows).collect::<Vec<_>>()
        };
        if node.kind() == NodeKind::Table {
            return in_parts(rows_of(node));
        }
        for child in node.children() {
            match child.kind() {
                NodeKind::Parameter => {}
                NodeKind::Table if child.children().count() > limits::ROWS_AT_ONCE => {
                    parts.extend(in_parts(rows_of(child)));
                }
                _ => parts.push(Part::Object(child.path())),
            }
        }
        parts
    }
}

/// One request of a load.
enum Part {
    Object(String),
    Rows(Vec<String>),
}

impl Loaded {
    /// `loaded 812 of 1,530`, with what was refused.
    pub fn words(self) -> String {
        let refused = match self.refused {
            0 => String::new(),
            refused => format!(", {} refused", thousands(refused)),
        };
        let (loaded, total) = (thousands(self.loaded), thousands(self.total));
        format!("loaded {loaded} of {total}{refused}")
    }
}

fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_reads_as_people_count() {
        let loaded = |loaded, refused, total| Loaded {
            loaded,
            refused,
            total,
        };
        assert_eq!(loaded(812, 0, 1530).words(), "loaded 812 of 1,530");
        assert_eq!(
            loaded(99_999, 1_000, 1_234_567).words(),
            "loaded 99,999 of 1,234,567, 1,000 refused"
        );
        assert_eq!(loaded(0, 0, 0).words(), "loaded 0 of 0");
    }
}
