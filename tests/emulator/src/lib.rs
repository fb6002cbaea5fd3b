//! A loopback ECS, `CloudWatch` Logs, Secrets Manager and STS.
//!
//! An untouched AWS client comes in by `AWS_ENDPOINT_URL=http://127.0.0.1:PORT`. Its tasks run
//! real local processes, whose output becomes log events and whose exit status becomes the exit
//! code. A [`Scenario`] says how long each phase takes, how late logs and exit codes come, and
//! which calls are throttled, refused, delayed or cut.
//!
//! ```
//! use ecs_emulator::{Emulator, Scenario};
//!
//! let emulator = Emulator::start(Scenario::default()).expect("a free port on 127.0.0.1");
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! assert_eq!(emulator.call_count("RunTask"), 0);
//! ```

mod arn;
mod clock;
mod dispatch;
mod ecs;
mod emulator;
mod faults;
mod http;
mod life;
mod logs;
mod refusal;
mod scenario;
mod secrets;
mod sts;
mod views;
mod world;

pub use emulator::Emulator;
pub use faults::Fault;
pub use faults::FaultAction;
pub use faults::RunTaskFailure;
pub use scenario::FailurePoint;
pub use scenario::Image;
pub use scenario::Logs;
pub use scenario::Phases;
pub use scenario::Scenario;
pub use scenario::Stamps;
pub use scenario::StartFailure;
pub use views::Call;
pub use views::TaskView;
