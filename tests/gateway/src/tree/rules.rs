//! Rules between parameters: keys that tell rows apart, values another parameter lists.

use std::collections::BTreeSet;

use super::change::NewTexts;
use super::node::{Body, NodeId, UniqueKey};
use super::{Tree, TreeError};

impl Tree {
    /// Checks new texts against each other and against what stays.
    pub(crate) fn check_together(&self, new: &NewTexts) -> Result<(), TreeError> {
        let mut rows = BTreeSet::new();
        for &id in new.keys() {
            self.check_listed(id, new)?;
            self.check_channel(id, new)?;
            rows.insert(self.node(id).parent);
        }
        for row in rows {
            self.check_unique(row, new)?;
        }
        Ok(())
    }

    /// A parameter's text after the change.
    pub(crate) fn text_after(&self, id: NodeId, new: &NewTexts) -> String {
        new.get(&id).cloned().unwrap_or_else(|| self.kept_text(id))
    }

    /// Allowed texts may be those another parameter lists.
    fn check_listed(&self, id: NodeId, new: &NewTexts) -> Result<(), TreeError> {
        let Some((target, null)) = self
            .leaf_shape(id)
            .and_then(|shape| shape.allowed_from.as_ref())
        else {
            return Ok(());
        };
        let Some(list) = self.sibling(id, target) else {
            return Ok(());
        };
        let listed = self.text_after(list, new);
        let text = self.text_after(id, new);
        let fits = |item: &str| {
            null.as_deref() == Some(item) || listed.split(',').any(|allowed| allowed == item)
        };
        if text.split(',').all(fits) {
            Ok(())
        } else {
            Err(TreeError::Value)
        }
    }

    /// A radio's channel is one of its PossibleChannels, which holds numbers and ranges.
    fn check_channel(&self, id: NodeId, new: &NewTexts) -> Result<(), TreeError> {
        if self.name(id) != "Channel" {
            return Ok(());
        }
        let Some(possible) = self.sibling(id, "PossibleChannels") else {
            return Ok(());
        };
        let Ok(channel) = self.text_after(id, new).parse::<u32>() else {
            return Err(TreeError::ValueType);
        };
        let possible = self.kept_text(possible);
        let holds = |item: &str| match item.split_once('-') {
            Some((first, last)) => match (first.parse::<u32>(), last.parse::<u32>()) {
                (Ok(first), Ok(last)) => (first..=last).contains(&channel),
                _ => false,
            },
            None => item.parse() == Ok(channel),
        };
        if possible.split(',').any(holds) {
            Ok(())
        } else {
            Err(TreeError::Value)
        }
    }

    /// No other row of the table has the same key.
    pub(crate) fn check_unique(&self, row: NodeId, new: &NewTexts) -> Result<(), TreeError> {
        let Body::Table(table) = &self.node(self.node(row).parent).body else {
            return Ok(());
        };
        let kind = self.kind(table.kind);
        for key in &kind.unique {
            let touched = |name: &str| {
                self.child_named(row, name)
                    .is_some_and(|id| new.contains_key(&id))
            };
            let enable = kind.enable.as_deref().filter(|_| key.functional);
            if !key.parameters.iter().any(|name| touched(name)) && !enable.is_some_and(touched) {
                continue;
            }
            let Some(mine) = self.key(row, key, enable, new) else {
                continue;
            };
            let twin = |&other: &NodeId| {
                other != row
                    && self
                        .key(other, key, enable, new)
                        .is_some_and(|theirs| theirs == mine)
            };
            if table.rows.iter().any(twin) {
                return Err(TreeError::Value);
            }
        }
        Ok(())
    }

    /// A row's key; `None` when it is switched off, all empty or incomplete.
    fn key(
        &self,
        row: NodeId,
        key: &UniqueKey,
        enable: Option<&str>,
        new: &NewTexts,
    ) -> Option<Vec<String>> {
        if let Some(enable) = enable {
            let enable = self.child_named(row, enable)?;
            if self.text_after(enable, new) != "1" {
                return None;
            }
        }
        let texts: Option<Vec<String>> = key
            .parameters
            .iter()
            .map(|name| {
                self.child_named(row, name)
                    .map(|id| self.text_after(id, new))
            })
            .collect();
        texts.filter(|texts| texts.iter().any(|text| !text.is_empty()))
    }

    /// Another parameter of the same object.
    pub(crate) fn sibling(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.child_named(self.node(id).parent, name)
    }
}

impl Tree {
    /// The parameters whose present value their own definition would refuse; none in a sound model. For tests of the models.
    #[must_use]
    pub fn misfits(&self) -> Vec<String> {
        let mut misfits = Vec::new();
        self.each_leaf(super::node::ROOT, &mut |tree, id| {
            let Some(shape) = tree.leaf_shape(id) else {
                return;
            };
            let text = tree.kept_text(id);
            // An empty text is what a parameter has that does not apply at present.
            let fits = text.is_empty()
                || shape
                    .normalise_reported(&text)
                    .is_ok_and(|normal| normal == text);
            let listed = text.is_empty() || tree.check_listed(id, &NewTexts::new()).is_ok();
            if !fits || !listed {
                misfits.push(format!("{} = {text}", tree.path(id)));
            }
        });
        misfits
    }
}
