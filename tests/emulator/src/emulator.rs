//! The handle: starts the emulator in a thread of its own.

use std::io;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;
use tokio::runtime;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::mpsc::unbounded_channel;

use crate::arn;
use crate::clock::Moment;
use crate::ecs;
use crate::ecs::Stop;
use crate::ecs::Task;
use crate::http;
use crate::http::Command;
use crate::scenario::Scenario;
use crate::secrets::SecretValue;
use crate::views::Call;
use crate::views::TaskView;
use crate::world::Context;
use crate::world::Shared;
use crate::world::World;

/// A running emulator. It ends, and kills the processes of its tasks, when it is dropped.
///
/// All methods block for a moment at most, and may be called from any thread.
#[derive(Debug)]
pub struct Emulator {
    port: u16,
    world: Shared,
    commands: UnboundedSender<Command>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Emulator {
    /// Starts on a free port of 127.0.0.1.
    pub fn start(scenario: Scenario) -> io::Result<Self> {
        Self::start_on(scenario, 0)
    }

    /// Starts on this port of 127.0.0.1.
    pub fn start_on(scenario: Scenario, port: u16) -> io::Result<Self> {
        let listener = listen(port)?;
        let port = listener.local_addr()?.port();
        let (births, births_to_come) = unbounded_channel();
        let (commands, commands_to_come) = unbounded_channel();
        let world = Shared::new(World::new(scenario, births));
        let server = Server {
            world: world.clone(),
            listener,
            commands_to_come,
            births_to_come,
        };
        // One thread for all: nothing else can reap a process between a look and a signal.
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("ecs-emulator".to_owned())
            .spawn(move || runtime.block_on(server.run()))?;
        Ok(Self {
            port,
            world,
            commands,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Every call that arrived, in order, those that were struck by a fault too.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world.lock().calls.clone()
    }

    /// How many calls of an operation arrived.
    #[must_use]
    pub fn call_count(&self, operation: &str) -> usize {
        self.world
            .lock()
            .calls
            .iter()
            .filter(|call| call.operation == operation)
            .count()
    }

    /// Every task that was ever started, in order.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskView> {
        self.world
            .lock()
            .ecs
            .tasks()
            .iter()
            .map(Task::view)
            .collect()
    }

    /// Replaces the scenario from now on; faults are counted anew. What was decided already, such
    /// as when a written event can be read, stays.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.world.lock().set_scenario(scenario);
    }

    /// Registers a task definition and gives its ARN.
    ///
    /// # Panics
    /// If `RegisterTaskDefinition` would refuse it.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers write json!({…}) in place"
    )]
    pub fn register(&self, definition: Value) -> String {
        let answer = ecs::register_task_definition(&mut self.world.lock(), &context(), &definition);
        let answer = answer.expect("the test's task definition is one that ECS takes");
        answer["taskDefinition"]["taskDefinitionArn"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Starts a task as `RunTask` would, and gives its ARN: somebody else's task.
    ///
    /// # Panics
    /// If `RunTask` would refuse it.
    #[must_use]
    pub fn run_task(&self, request: &Value) -> String {
        let answer = ecs::run_task(&mut self.world.lock(), &context(), request);
        let answer = answer.expect("the test's request is one that ECS takes");
        answer["tasks"][0]["taskArn"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Stops a task of its own accord, as ECS does when it needs the capacity: with this stop code
    /// and reason.
    ///
    /// # Panics
    /// If there is no task with this id.
    pub fn take_task(&self, id: &str, stop_code: &str, reason: &str) {
        let mut world = self.world.lock();
        let task = world.ecs.task_mut(id).expect("the test knows its tasks");
        task.stop(Stop {
            code: stop_code.to_owned(),
            reason: reason.to_owned(),
            shown_at: Moment::now(),
        });
    }

    /// Creates a log group, if there is none of this name.
    pub fn create_log_group(&self, name: &str) {
        self.world.lock().logs.create_group(name, Moment::now());
    }

    /// Creates a secret and gives its full ARN.
    ///
    /// # Panics
    /// If there is one of this name.
    #[must_use]
    pub fn create_secret(&self, name: &str, value: &str) -> String {
        let mut world = self.world.lock();
        let secret = world
            .secrets
            .create(name, arn::DEFAULT_REGION, Moment::now());
        let secret = secret.expect("the test's secret has a name of its own");
        let value = SecretValue {
            text: Some(value.to_owned()),
            binary: None,
        };
        secret.put(None, value, Moment::now());
        secret.arn().to_owned()
    }

    /// Creates a service with this network configuration in the cluster `everruns`.
    ///
    /// # Panics
    /// If there is one of this name.
    pub fn create_service(
        &self,
        name: &str,
        subnets: &[&str],
        security_groups: &[&str],
        assign_public_ip: bool,
    ) {
        let request = json!({
            "cluster": ecs::EVERRUNS_CLUSTER,
            "serviceName": name,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": subnets,
                "securityGroups": security_groups,
                "assignPublicIp": if assign_public_ip { "ENABLED" } else { "DISABLED" },
            }},
        });
        ecs::create_service(&mut self.world.lock(), &context(), &request)
            .expect("the test's service has a name of its own");
    }

    /// Adds events (milliseconds since the epoch, message) to a stream. Group and stream are
    /// created where they are missing.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers write vec![…] in place"
    )]
    pub fn put_log_events(&self, group: &str, stream: &str, events: Vec<(i64, String)>) {
        let now = Moment::now();
        let mut world = self.world.lock();
        let settings = world.scenario.logs;
        world.logs.create_group(group, now);
        world.logs.create_stream(group, stream, now);
        let events = events
            .iter()
            .map(|(timestamp, message)| (*timestamp, message.as_str()));
        world
            .logs
            .put_events((group, stream), events, &settings, now);
    }

    /// Closes the listener and all connections; tasks and processes live on.
    pub fn go_down(&self) {
        let (done, is_done) = mpsc::channel();
        if self.commands.send(Command::GoDown(done)).is_ok() {
            // An error means that the server has ended, which is down too.
            let _ = is_done.recv();
        }
    }

    /// Listens again on the same port.
    ///
    /// # Panics
    /// If the port was taken meanwhile, or the emulator was stopped.
    pub fn come_up(&self) {
        let listener = listen_patiently(self.port).expect("the port was not taken meanwhile");
        let (done, is_done) = mpsc::channel();
        let command = Command::ComeUp(listener, done);
        self.commands
            .send(command)
            .expect("the emulator was not stopped");
        is_done
            .recv()
            .expect("the emulator was not stopped")
            .expect("a socket that listens can be served");
    }

    /// Ends the emulator and kills the processes of its tasks.
    pub fn stop(&self) {
        // Without a receiver it has ended already.
        let _ = self.commands.send(Command::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // Its panic, if there was one, is on the screen already.
            let _ = thread.join();
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Server {
    world: Shared,
    listener: TcpListener,
    commands_to_come: UnboundedReceiver<Command>,
    births_to_come: UnboundedReceiver<String>,
}

impl Server {
    async fn run(self) {
        let listener = tokio::net::TcpListener::from_std(self.listener)
            .expect("the listener does not block and the runtime has I/O");
        http::serve(
            self.world,
            listener,
            self.commands_to_come,
            self.births_to_come,
        )
        .await;
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A client's own connection may hold the port for a moment.
fn listen_patiently(port: u16) -> io::Result<TcpListener> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match listen(port) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(20));
            }
            result => return result,
        }
    }
}

/// Of what is made by the handle and not by a call.
fn context() -> Context {
    Context {
        region: arn::DEFAULT_REGION.to_owned(),
        endpoint: String::new(),
        now: Moment::now(),
    }
}
