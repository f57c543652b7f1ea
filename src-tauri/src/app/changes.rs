//! What a draft does to the way to a gateway, what was done before, and rows of tables.

use management::forecast::ForecastView;
use management::grid::GridView;
use management::view::{DraftView, GatewayView};
use management::{limits, AttributesView, HistoryView};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{told, Answer, App};

/// The way back of an entry, in the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WayBackView {
    /// The draft with the way back in it.
    pub draft: DraftView,
    /// Shown paths of secrets, whose old values nobody knows.
    pub left_out: Vec<String>,
}

/// A new row of a table, in the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewRowView {
    /// The draft with the row in it.
    pub draft: DraftView,
    /// UPnP path of the row in the draft.
    pub row: String,
}

/// A parameter of a new row, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NamedValue {
    /// Name of the parameter within the row.
    pub name: String,
    /// Value.
    pub value: String,
}

impl App {
    /// What the draft of a gateway does to the way to it.
    ///
    /// # Errors
    ///
    /// As [`management::Management::forecast_draft`].
    pub async fn forecast(&self, udn: &str) -> Answer<ForecastView> {
        self.management()?.forecast_draft(udn).await.map_err(told)
    }

    /// Looks for a gateway after a change that moved it; nothing when it does not turn up.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub async fn hunt(&self, udn: &str, found_at: Option<&str>) -> Answer<Option<GatewayView>> {
        let found = self.management()?.hunt(udn, found_at, limits::HUNT).await;
        self.push_gateway(udn);
        self.push_session(udn);
        Ok(found)
    }

    /// What was done to a gateway, newest first.
    ///
    /// # Errors
    ///
    /// As [`management::Management::history`].
    pub async fn history(&self, udn: &str) -> Answer<Vec<HistoryView>> {
        self.management()?.history(udn).await.map_err(told)
    }

    /// Puts the way back of an entry into the draft; of the last one without a number.
    ///
    /// # Errors
    ///
    /// As [`management::Management::stage_way_back`].
    pub async fn take_back(&self, udn: &str, entry: Option<u32>) -> Answer<WayBackView> {
        let management = self.management()?;
        let staged = management.stage_way_back(udn, entry.map(i64::from)).await;
        let (draft, left_out) = staged.map_err(told)?;
        Ok(WayBackView {
            draft: self.pushed_draft(draft),
            left_out,
        })
    }

    /// A table with all its rows, read now.
    ///
    /// # Errors
    ///
    /// As [`management::Session::grid`].
    pub async fn grid(&self, udn: &str, table: &str) -> Answer<GridView> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        let mut grid = session.grid(table).await.map_err(told)?;
        grid.shorten(limits::ROW_CHARACTERS);
        self.push_session(udn);
        Ok(grid)
    }

    /// Puts a new row into the draft.
    ///
    /// # Errors
    ///
    /// As [`management::Management::stage_row`].
    pub async fn add_row(
        &self,
        udn: &str,
        table: &str,
        values: Vec<NamedValue>,
    ) -> Answer<NewRowView> {
        let management = self.management()?;
        let values: Vec<(String, String)> = values
            .into_iter()
            .map(|given| (given.name, given.value))
            .collect();
        let staged = management.stage_row(udn, table, &values).await;
        let (draft, row) = staged.map_err(told)?;
        Ok(NewRowView {
            draft: self.pushed_draft(draft),
            row,
        })
    }

    /// Puts the deletion of a row into the draft; one that is only there just goes.
    ///
    /// # Errors
    ///
    /// As [`management::Management::stage_deletion`].
    pub async fn delete_row(&self, udn: &str, row: &str) -> Answer<DraftView> {
        let management = self.management()?;
        let draft = management.stage_deletion(udn, row).await.map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// UPnP path of a path in either notation.
    ///
    /// # Errors
    ///
    /// As [`management::Session::upnp_path`].
    pub async fn locate(&self, udn: &str, path: &str) -> Answer<String> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        session.upnp_path(path).map_err(told)
    }

    /// Attributes of nodes.
    ///
    /// # Errors
    ///
    /// As [`management::Management::attributes`].
    pub async fn attributes(&self, udn: &str, paths: &[String]) -> Answer<AttributesView> {
        let management = self.management()?;
        management.attributes(udn, paths).await.map_err(told)
    }

    /// Switches events or alarms of nodes.
    ///
    /// # Errors
    ///
    /// As [`management::Management::set_attributes`].
    pub async fn set_attributes(
        &self,
        udn: &str,
        paths: &[String],
        events: Option<bool>,
        alarms: Option<bool>,
    ) -> Answer<AttributesView> {
        let management = self.management()?;
        management
            .set_attributes(udn, paths, events, alarms)
            .await
            .map_err(told)
    }

    /// Switches the telling of alarms for the whole gateway.
    ///
    /// # Errors
    ///
    /// As [`management::Management::set_alarms`].
    pub async fn set_alarms(&self, udn: &str, enabled: bool) -> Answer<bool> {
        let management = self.management()?;
        management.set_alarms(udn, enabled).await.map_err(told)
    }
}
