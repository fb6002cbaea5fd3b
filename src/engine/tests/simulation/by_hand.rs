//! A schedule that is written rather than drawn: one run in fair weather, and what a test changes.

use std::time::Duration;

use super::Millis;
use super::dice::Dice;
use super::life::{AtStop, Life, Start};
use super::process::{How, Ran};
use super::schedule::{BEGINS, Placement, Process, Reply, Run, Schedule, words};
use super::story::Story;
use super::weather::{Bucket, CHANGES, ECS, LOGS, LOOKS, Mishap, Spell, Weather};
use super::{Diary, Figures, play_schedule};
use crate::engine::run::Signal;
use crate::model::policy::{Leave, Policy};
use crate::model::run_key::RunKey;
use crate::ports::Choice;

/// A schedule under construction. Times are milliseconds after the first process's begin.
pub(in crate::engine::tests) struct ByHand(Schedule);

impl ByHand {
    /// One run of a command, with the policy that is usual for it.
    pub(in crate::engine::tests) fn run(command: &str) -> Self {
        let mut schedule = Self(Schedule {
            seed: 0,
            weather: Weather {
                calm: true,
                latency: 0,
                stale: 0,
                always: Vec::new(),
                spells: Vec::new(),
            },
            placement: Placement {
                refused: 0,
                fails: 0,
                fails_to_start: 0,
            },
            with_sidecar: false,
            others: Vec::new(),
            lives: Vec::new(),
            runs: Vec::new(),
        });
        schedule.beside(command);
        schedule
    }

    /// Another run, which begins at the same moment.
    pub(in crate::engine::tests) fn and(mut self, command: &str) -> Self {
        self.beside(command);
        self
    }

    fn beside(&mut self, command: &str) {
        let number = self.0.runs.len();
        let policy = Policy {
            start_timeout: Some(Duration::from_mins(10)),
            timeout: None,
            before_start: Leave::Stop,
            on_interrupt: Leave::Detach,
            asks: false,
            on_timeout: Leave::Detach,
            credentials_grace: Duration::from_mins(10),
            drain: None,
            wait_stopped: false,
            who: "ana@laptop".to_owned(),
        };
        let mut run = Run {
            key: RunKey::fresh(&number.to_string()),
            command: words(command),
            policy_for_others: policy.clone(),
            policy,
            attach_if_running: false,
            start_retries: 5,
            processes: vec![Process {
                number,
                begins: BEGINS,
                killed: None,
                signals: Vec::new(),
                naps: Vec::new(),
                behind: Vec::new(),
                replies: Vec::new(),
                skew: 0,
            }],
        };
        if !run.is_exclusive() {
            run.policy.on_interrupt = Leave::Stop;
        }
        self.0.runs.push(run);
    }

    /// What becomes of the next task: when its container starts, how long it runs, its exit code.
    pub(in crate::engine::tests) fn task(mut self, at: Millis, lasts: Millis, code: i32) -> Self {
        self.0.lives.push(Life {
            pending: 300,
            start: Start::Runs {
                at,
                lasts,
                code: Some(code),
            },
            code_late: 0,
            detail_late: 0,
            deprovisioning: 10_000,
            described_after: 0,
            listed_after: 0,
            stop: AtStop {
                heard_after: 0,
                takes: 500,
                code: Some(143),
            },
            outside: None,
            sidecar: None,
            story: Story::draw(&mut Dice::new(1), lasts),
        });
        self
    }

    /// The last task of these is known to ECS only so long after its creation.
    pub(in crate::engine::tests) fn described_after(mut self, after: Millis) -> Self {
        if let Some(life) = self.0.lives.last_mut() {
            (life.described_after, life.listed_after) = (after, after);
        }
        self
    }

    /// The log group of the last task of these appears so long after its container's start.
    pub(in crate::engine::tests) fn log_group_after(mut self, after: Millis) -> Self {
        if let Some(life) = self.0.lives.last_mut() {
            life.story.group_after = after;
        }
        self
    }

    /// The log of the last task of these has so many empty pages before each one with lines.
    pub(in crate::engine::tests) fn empty_pages(mut self, count: u32) -> Self {
        if let Some(life) = self.0.lives.last_mut() {
            life.story.empty_pages = count;
        }
        self
    }

    /// The last task of these writes nothing.
    pub(in crate::engine::tests) fn silent(mut self) -> Self {
        if let Some(life) = self.0.lives.last_mut() {
            life.story.lines.clear();
        }
        self
    }

    /// What befalls the calls to ECS that the process of this number sends within a time.
    pub(in crate::engine::tests) fn mishap(
        self,
        process: usize,
        within: (Millis, Millis),
        mishap: Mishap,
    ) -> Self {
        self.mishap_on(&ECS, process, within, mishap)
    }

    /// Likewise, to those that only look.
    pub(in crate::engine::tests) fn blind(
        self,
        process: usize,
        within: (Millis, Millis),
        mishap: Mishap,
    ) -> Self {
        self.mishap_on(&LOOKS, process, within, mishap)
    }

    /// Likewise, to those that start and stop.
    pub(in crate::engine::tests) fn powerless(
        self,
        process: usize,
        within: (Millis, Millis),
        mishap: Mishap,
    ) -> Self {
        self.mishap_on(&CHANGES, process, within, mishap)
    }

    /// Likewise, to those that read a log.
    pub(in crate::engine::tests) fn logless(
        self,
        process: usize,
        within: (Millis, Millis),
        mishap: Mishap,
    ) -> Self {
        self.mishap_on(&LOGS, process, within, mishap)
    }

    fn mishap_on(
        mut self,
        on: &'static [Bucket],
        process: usize,
        (from, to): (Millis, Millis),
        mishap: Mishap,
    ) -> Self {
        self.0.weather.spells.push(Spell {
            from: BEGINS + from,
            to: BEGINS + to,
            process: Some(process),
            on,
            percent: 100,
            mishap,
        });
        self
    }

    pub(in crate::engine::tests) fn signal(mut self, at: Millis, signal: Signal) -> Self {
        let process = self.process();
        process.signals.push((BEGINS + at, signal));
        self
    }

    /// A person is asked, and chooses after this time.
    pub(in crate::engine::tests) fn answers(mut self, after: Millis, choice: Choice) -> Self {
        self.last_run().policy.asks = true;
        self.process().replies.push((after, Reply::Chooses(choice)));
        self
    }

    /// The process is killed, and begins again with the same key.
    pub(in crate::engine::tests) fn killed(mut self, at: Millis, again: Millis) -> Self {
        let first = self.process();
        let next = Process {
            number: first.number + 1,
            begins: BEGINS + again,
            ..first.clone()
        };
        first.killed = Some(BEGINS + at);
        let run = self.last_run();
        run.key = RunKey::named("again");
        run.processes.push(next);
        self
    }

    pub(in crate::engine::tests) fn suspended(mut self, from: Millis, to: Millis) -> Self {
        self.process().naps.push((BEGINS + from, BEGINS + to));
        self
    }

    pub(in crate::engine::tests) fn start_timeout(mut self, seconds: u64) -> Self {
        self.last_run().policy.start_timeout = Some(Duration::from_secs(seconds));
        self
    }

    pub(in crate::engine::tests) fn timeout(mut self, seconds: u64) -> Self {
        self.last_run().policy.timeout = Some(Duration::from_secs(seconds));
        self
    }

    pub(in crate::engine::tests) fn attaching(mut self) -> Self {
        self.last_run().attach_if_running = true;
        self
    }

    fn last_run(&mut self) -> &mut Run {
        self.0.runs.last_mut().expect("there is one")
    }

    fn process(&mut self) -> &mut Process {
        let run = self.last_run();
        run.processes.last_mut().expect("there is one")
    }

    /// Plays it; fails where anything is broken that the oracle knows of.
    pub(in crate::engine::tests) fn play(self) -> Played {
        let diary = Diary::kept();
        let (aws, ran, breaches) = play_schedule(self.0, &diary, &mut Figures::default());
        assert!(
            breaches.is_empty(),
            "{}\n{}",
            breaches.join("\n"),
            diary.read()
        );
        Played {
            tasks: aws.settled().tasks.len(),
            ran,
            story: diary.read(),
        }
    }
}

/// What came of it.
pub(in crate::engine::tests) struct Played {
    /// How many tasks there were.
    pub(in crate::engine::tests) tasks: usize,
    pub(in crate::engine::tests) story: String,
    ran: Vec<Ran>,
}

impl Played {
    /// What the last process exited with.
    pub(in crate::engine::tests) fn exit(&self) -> Option<u8> {
        match &self.ran.last()?.how {
            How::Killed => None,
            How::Finished(finished) => Some(finished.exit_code.code()),
            How::Failed(failure) => Some(failure.exit.code()),
        }
    }
}
