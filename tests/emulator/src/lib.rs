//! A loopback AWS: ECS, `CloudWatch` Logs, Secrets Manager and STS, and what of EC2, ECR, IAM, the
//! Systems Manager and Service Quotas tells whether a task can start.
//!
//! An untouched AWS client comes in by `AWS_ENDPOINT_URL=http://127.0.0.1:PORT`. Its tasks run
//! real local processes, whose output becomes log events and whose exit status becomes the exit
//! code. A [`Scenario`] says how long each phase takes, how late logs and exit codes come, and
//! which calls are throttled, refused, delayed or cut; its [`account`](Scenario::account) says what
//! is missing or forbidden.
//!
//! ```
//! use ecs_emulator::{Emulator, Scenario};
//!
//! let emulator = Emulator::start(Scenario::default()).expect("a free port on 127.0.0.1");
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! assert_eq!(emulator.call_count("RunTask"), 0);
//! ```

pub mod account;
mod arn;
mod clock;
mod dispatch;
mod ec2;
mod ecr;
mod ecs;
mod emulator;
mod faults;
mod form;
mod http;
mod iam;
mod life;
mod logs;
mod quotas;
mod refusal;
mod scenario;
mod secrets;
mod ssm;
mod sts;
mod views;
mod wildcard;
mod world;
mod xml;

pub use account::Account;
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
