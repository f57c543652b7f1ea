//! A table as a grid: every row with the parameters that stand directly in it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::edit_path;
use crate::error::Error;
use crate::limits;
use crate::rows;
use crate::schema::{Access, Fact};
use crate::session::Session;
use crate::tree::Node;
use crate::view::{shorten, NodeKind, NodeStatus};

/// A column: one parameter of every row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GridColumnView {
    /// Name of the parameter.
    pub name: String,
    /// Data type; `null` when no model knows it.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// `readOnly` or `readWrite`; `null` when neither gateway nor data model says.
    pub access: Option<String>,
    /// Unit of the values.
    pub units: Option<String>,
    /// Allowed values; empty when not enumerated.
    pub enumeration: Vec<String>,
    /// Whether the values are lists.
    pub list: bool,
    /// Whether the values are secrets: then no cell holds one.
    pub secret: bool,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GridRowView {
    /// Shown path of the row.
    pub path: String,
    /// UPnP path of the row.
    pub upnp_path: String,
    /// What people call the row.
    pub label: Option<String>,
    /// Values in the order of the columns; `null` where there is none to show.
    pub cells: Vec<Option<String>>,
    /// Columns the gateway does not show to the roles held, by their place.
    pub refused: Vec<u32>,
    /// Columns whose value is so long that only its beginning is here, by their place.
    pub cut: Vec<u32>,
}

impl GridView {
    /// Leaves of long values only as many characters as a screen can be asked to draw.
    pub fn shorten(&mut self, characters: usize) {
        for row in &mut self.rows {
            shorten(&mut row.label, limits::LABEL_CHARACTERS);
            for (at, cell) in (0..).zip(&mut row.cells) {
                if shorten(cell, characters).is_some() {
                    row.cut.push(at);
                }
            }
        }
    }
}

/// A table with all its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GridView {
    /// Shown path of the table.
    pub path: String,
    /// UPnP path of the table.
    pub upnp_path: String,
    /// Whether rows can be made and deleted; `null` when nobody says.
    pub rows_writable: Option<bool>,
    /// Parameters of the rows, in the order of the gateway.
    pub columns: Vec<GridColumnView>,
    /// The rows.
    pub rows: Vec<GridRowView>,
}

impl Session {
    /// A table, read now as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for what is no table, and as [`Session::read_subtree`].
    pub async fn grid(&self, table: &str) -> Result<GridView, Error> {
        let path = self.upnp_path(table)?;
        let path = format!("{}/", path.trim_end_matches('/'));
        self.read_level(&path, true).await?;
        self.read_subtree(&path).await?;
        self.read_access(std::slice::from_ref(&path)).await?;
        let supported = self.read_structure(&path).await?;
        let tree = self.tree();
        let node = tree.find(&path).ok_or_else(|| self.no_such_path(&path))?;
        if node.kind() != NodeKind::Table {
            let shown = self.naming().shown(&path);
            return Err(Error::Usage(format!("{shown} is no table")));
        }
        let generic = format!("{}#/", edit_path::structure(&path));
        // An empty table has the columns the gateway says its rows would have.
        let mut columns: Vec<GridColumnView> = supported
            .iter()
            .filter_map(|leaf| leaf.strip_prefix(generic.as_str()))
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(|name| self.column(&generic, name, None))
            .collect();
        let mut places: HashMap<String, usize> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| (column.name.clone(), at))
            .collect();
        let mut told = vec![false; columns.len()];
        let mut grid_rows = Vec::new();
        for row in node.children() {
            let mut cells = vec![None; columns.len()];
            let mut refused = Vec::new();
            let parameters = row
                .children()
                .filter(|child| child.kind() == NodeKind::Parameter);
            for parameter in parameters {
                let name = parameter.name();
                let at = *places.entry(name.to_owned()).or_insert(columns.len());
                if at == columns.len() {
                    columns.push(self.column(&generic, name, None));
                    told.push(false);
                    cells.push(None);
                }
                // The gateway's word on access counts, where it gave one.
                if !told[at] {
                    columns[at] = self.column(&generic, name, Some(parameter));
                    told[at] = true;
                }
                if !columns[at].secret {
                    cells[at] = parameter.value().map(str::to_owned);
                }
                if parameter.status() == NodeStatus::Refused {
                    refused.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
            }
            let upnp_path = row.path();
            grid_rows.push(GridRowView {
                path: self.naming().shown(&upnp_path),
                label: rows::label(row),
                upnp_path,
                cells,
                refused,
                cut: Vec::new(),
            });
        }
        for row in &mut grid_rows {
            row.cells.resize(columns.len(), None);
        }
        let access = rows::access(node, self.naming().fact(node).as_ref());
        Ok(GridView {
            path: self.naming().shown(&path),
            upnp_path: path,
            rows_writable: access.map(|access| access == "readWrite"),
            columns,
            rows: grid_rows,
        })
    }

    /// A column, as the model and one of its cells tell.
    fn column(&self, generic: &str, name: &str, cell: Option<Node<'_>>) -> GridColumnView {
        let path = format!("{generic}{name}");
        let fact = self.naming().fact_at(&path);
        let parameter = fact.as_ref().and_then(Fact::parameter);
        let by_model = fact.as_ref().map(|fact| match fact.access {
            Access::ReadOnly => "readOnly",
            _ => "readWrite",
        });
        let access = match cell {
            Some(cell) => rows::access(cell, fact.as_ref()),
            None => by_model,
        };
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.into()).collect();
        GridColumnView {
            name: name.to_owned(),
            data_type: parameter.map(|known| rows::type_name(known.data_type).to_owned()),
            access: access.map(str::to_owned),
            units: parameter.and_then(|known| known.units.map(str::to_owned)),
            enumeration: parameter
                .map(|known| texts(&known.enumeration))
                .unwrap_or_default(),
            list: parameter.is_some_and(|known| known.list.is_some()),
            secret: rows::is_secret(fact.as_ref(), &path),
        }
    }
}
