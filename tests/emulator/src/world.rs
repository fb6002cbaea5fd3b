//! All state of the emulator behind one lock.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use tokio::sync::mpsc::UnboundedSender;

use crate::clock::Moment;
use crate::ec2::Seen;
use crate::ecs::Ecs;
use crate::faults::FaultBook;
use crate::logs::LogStore;
use crate::scenario::Scenario;
use crate::secrets::SecretStore;
use crate::views::Call;

/// The emulated account.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) faults: FaultBook,
    /// How many more tasks `scenario.start_failure` lets fail; `None` is all.
    pub(crate) start_failures_left: Option<u32>,
    pub(crate) ecs: Ecs,
    pub(crate) logs: LogStore,
    pub(crate) secrets: SecretStore,
    /// Subnets and security groups that were ever asked for.
    pub(crate) seen: Seen,
    pub(crate) calls: Vec<Call>,
    /// Ids of tasks that shall begin to live.
    pub(crate) births: UnboundedSender<String>,
}

impl World {
    pub(crate) fn new(scenario: Scenario, births: UnboundedSender<String>) -> Self {
        let mut world = Self {
            faults: FaultBook::new(&[], 0),
            start_failures_left: None,
            scenario: Scenario::default(),
            ecs: Ecs::new(),
            logs: LogStore::default(),
            secrets: SecretStore::default(),
            seen: Seen::default(),
            calls: Vec::new(),
            births,
        };
        world.set_scenario(scenario);
        world
    }

    /// Faults are counted anew.
    pub(crate) fn set_scenario(&mut self, scenario: Scenario) {
        self.faults = FaultBook::new(&scenario.faults, scenario.seed);
        self.start_failures_left = scenario.start_failure.as_ref().and_then(|it| it.times);
        self.scenario = scenario;
    }
}

/// Who calls, and when.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) region: String,
    /// Where the caller finds us, such as `http://127.0.0.1:4566`.
    pub(crate) endpoint: String,
    pub(crate) now: Moment,
}

/// The world, shared by connections, tasks and the handle.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// A panic elsewhere must not hide its own message behind that of a poisoned lock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
