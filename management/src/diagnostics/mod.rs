//! Tests the gateway runs: what it offers, one test from beginning to end, and what was
//! tested before.
//!
//! There is one model of a test and two ways to run it: an action of BasicManagement, or an
//! object of the data model where that has none. [`Management::run_test`] takes the first that
//! is there. A test is followed by the gateway's events and by asking, whichever is first, so
//! that an event that gets lost delays nothing for long.

mod basic;
mod export;
mod found;
mod kind;
mod parameters;
mod problem;
mod run;
mod stop;
mod view;

pub use export::exported;
pub use problem::TestProblem;
pub use stop::TestStop;
pub use view::{
    FoundValue, Hop, InterfacesToReset, NameAnswer, NeighbourNetwork, OfferedTest, RememberedTest,
    RunState, TestInterface, TestKind, TestNews, TestRequest, TestResult, TestView, TestWay,
    TestsView,
};

use crate::application::Management;
use crate::calls::Reach;
use crate::clock;
use crate::error::{Error, Step};
use crate::following::FollowedBy;
use crate::limits;
use kind::{checked_target, passed};
use run::Asked;

impl Management {
    /// What can be tested from a gateway, or from any UPnP device with BasicManagement, what
    /// it remembers, and what was tested from here before. Nothing is started.
    ///
    /// # Errors
    ///
    /// What keeps the device from being reached.
    pub async fn tests(&self, udn: &str) -> Result<TestsView, Error> {
        let reach = self.reach(udn).await?;
        let offered = self.offered_tests(udn, &reach, None).await?;
        let by_model = offered.iter().any(|test| test.way == TestWay::DataModel);
        Ok(TestsView {
            interfaces: match by_model {
                true => parameters::interfaces(&*self.open_gateway(udn).await?).await?,
                false => Vec::new(),
            },
            bandwidth_info: basic::bandwidth_info(&reach, &offered).await,
            offered,
            remembered: basic::remembered(&reach).await,
            history: self.test_history(udn).await?,
        })
    }

    /// Tests run from this computer, latest first.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn test_history(&self, udn: &str) -> Result<Vec<TestView>, Error> {
        let udn = udn.to_owned();
        let kept = self.store(move |store| store.test_runs(&udn)).await?;
        Ok(kept
            .into_iter()
            .filter_map(|document| serde_json::from_value(document).ok())
            .collect())
    }

    /// Runs a test to its end and keeps what it found. `stop` ends it at the gateway;
    /// `on_news` hears how far it is.
    ///
    /// A test that finds something wrong is no error: [`TestView::passed`] says so.
    ///
    /// # Errors
    ///
    /// [`Error::Test`] with what is special to tests, a refusal, or what keeps the device
    /// from answering.
    pub async fn run_test(
        &self,
        udn: &str,
        kind: TestKind,
        request: &TestRequest,
        stop: &TestStop,
        mut on_news: impl FnMut(TestNews) + Send,
    ) -> Result<TestView, Error> {
        let asked = Asked {
            udn,
            kind,
            target: checked_target(&self.name(udn), kind, request)?,
            request,
            stop,
        };
        let reach = self.reach(udn).await?;
        // Only the data model lets a test go out through a chosen interface.
        let through = request.interface.is_some();
        if through && request.way == Some(TestWay::BasicManagement) {
            return Err(TestProblem::Target {
                kind,
                reason: "BasicManagement takes no interface to go out through".to_owned(),
            }
            .at(&reach.name));
        }
        let of_basic = request.way != Some(TestWay::DataModel)
            && !through
            && basic::offered(self, &reach).await?.contains(&kind);
        let run = if of_basic {
            basic::run(self, reach, &asked, &mut on_news).await?
        } else {
            let by_model = request.way != Some(TestWay::BasicManagement);
            let session = match self.has_data_model(&reach) && by_model {
                true => Some(self.open_gateway(udn).await?),
                false => None,
            };
            let found = match &session {
                Some(session) => parameters::offered(session, Some(kind)).await?,
                None => Vec::new(),
            };
            match (session, found.first()) {
                (Some(session), Some(found)) => {
                    parameters::run(self, session, found, &asked, &mut on_news).await?
                }
                _ => return Err(self.not_offered(udn, &reach, &asked).await),
            }
        };
        let view = run.into_view().await;
        self.keep_test(&view).await?;
        Ok(view)
    }

    /// The result the gateway keeps of a test, whoever started it.
    ///
    /// # Errors
    ///
    /// A refusal: 706 when it does not know the test, 708 when the test is not over or was
    /// stopped (BMS:2 digest, section 5).
    pub async fn test_result(&self, udn: &str, test_id: u32) -> Result<TestView, Error> {
        let reach = self.reach(udn).await?;
        let (kind, (status, info, result)) = basic::fetch(&reach, test_id).await?;
        Ok(TestView {
            udn: udn.to_owned(),
            kind,
            way: TestWay::BasicManagement,
            target: None,
            test_id: Some(test_id),
            started: clock::now(),
            seconds: 0.0,
            state: RunState::Completed,
            noticed_by: FollowedBy::Poll,
            passed: passed(&status, &result),
            status,
            info: Some(info).filter(|info| !info.is_empty()),
            result: Some(result),
        })
    }

    /// Stops a test of BasicManagement, whoever started it. One that is over already is no
    /// failure.
    ///
    /// # Errors
    ///
    /// A refusal, 706 when the gateway does not know it.
    pub async fn stop_test(&self, udn: &str, test_id: u32) -> Result<(), Error> {
        let reach = self.reach(udn).await?;
        let service = basic::service_of(&reach).ok_or_else(|| Error::NotManageable {
            gateway: reach.name.clone(),
            reason: "it has no tests with numbers".to_owned(),
        })?;
        basic::stop(&reach, &service, test_id)
            .await
            .map_err(|source| self.failed(udn, Step::Test, source))
    }

    async fn offered_tests(
        &self,
        udn: &str,
        reach: &Reach,
        only: Option<TestWay>,
    ) -> Result<Vec<OfferedTest>, Error> {
        let mut offered = Vec::new();
        if only != Some(TestWay::DataModel) {
            let way = TestWay::BasicManagement;
            let kinds = basic::offered(self, reach).await?;
            offered.extend(kinds.into_iter().map(|kind| OfferedTest { kind, way }));
        }
        if only != Some(TestWay::BasicManagement) && self.has_data_model(reach) {
            let session = self.open_gateway(udn).await?;
            let way = TestWay::DataModel;
            let found = parameters::offered(&session, None).await?;
            offered.extend(found.into_iter().map(|found| OfferedTest {
                kind: found.kind,
                way,
            }));
        }
        Ok(offered)
    }

    fn has_data_model(&self, reach: &Reach) -> bool {
        reach.device.service("ConfigurationManagement").is_ok()
    }

    async fn not_offered(&self, udn: &str, reach: &Reach, asked: &Asked<'_>) -> Error {
        let way = asked.request.way;
        let offered = match self.offered_tests(udn, reach, way).await {
            Ok(offered) => offered,
            Err(error) => return error,
        };
        let mut kinds: Vec<TestKind> = Vec::new();
        for test in offered {
            if !kinds.contains(&test.kind) {
                kinds.push(test.kind);
            }
        }
        TestProblem::NotOffered {
            kind: asked.kind,
            way,
            offered: kinds,
        }
        .at(&reach.name)
    }

    async fn keep_test(&self, view: &TestView) -> Result<(), Error> {
        let document =
            serde_json::to_value(view).map_err(|error| Error::Internal(error.to_string()))?;
        if document.to_string().len() > limits::TEST_OCTETS {
            return Ok(());
        }
        let (udn, time) = (view.udn.clone(), view.started.clone());
        self.store(move |store| store.keep_test_run(&udn, &time, &document))
            .await
    }
}
