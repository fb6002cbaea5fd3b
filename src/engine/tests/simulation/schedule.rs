//! Everything that a seed decides before the first process begins.

use std::time::Duration;

use super::Millis;
use super::aws::DEFINITION;
use super::dice::Dice;
use super::life::Life;
use super::task::{DECIDING, SIDECAR};
use super::weather::Weather;
use crate::engine::run::Signal;
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::exclusive::Exclusive;
use crate::model::log::LogDriver;
use crate::model::policy::{Leave, Policy};
use crate::model::run_key::RunKey;
use crate::ports::Choice;

/// The revision before the one that processes start.
const OLDER: &str = "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:6";
/// The first process begins about then: others' tasks may be older.
pub(super) const BEGINS: Millis = 60_000;

#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub(super) seed: u64,
    pub(super) weather: Weather,
    pub(super) placement: Placement,
    pub(super) with_sidecar: bool,
    pub(super) others: Vec<Other>,
    /// What becomes of the first tasks, where that is not left to chance.
    pub(super) lives: Vec<Life>,
    pub(super) runs: Vec<Run>,
}

/// How many in a hundred `RunTask` requests and tasks fail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placement {
    pub(super) refused: u8,
    pub(super) fails: u8,
    pub(super) fails_to_start: u8,
}

/// A task that somebody starts without this tool.
#[derive(Debug, Clone)]
pub(super) struct Other {
    pub(super) definition: &'static str,
    pub(super) at: Millis,
    pub(super) command: Vec<String>,
    pub(super) life: Life,
}

/// One intent: a process, and those that follow it when it is killed.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) key: RunKey,
    pub(super) command: Vec<String>,
    pub(super) policy: Policy,
    pub(super) policy_for_others: Policy,
    pub(super) attach_if_running: bool,
    pub(super) start_retries: u32,
    pub(super) processes: Vec<Process>,
}

#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) number: usize,
    pub(super) begins: Millis,
    pub(super) killed: Option<Millis>,
    pub(super) signals: Vec<(Millis, Signal)>,
    /// When it is suspended, from and to.
    pub(super) naps: Vec<(Millis, Millis)>,
    /// When its reader is behind, from and to.
    pub(super) behind: Vec<(Millis, Millis)>,
    /// What the person answers to each question, and how long that takes.
    pub(super) replies: Vec<(Millis, Reply)>,
    /// How far its wall clock is ahead, in milliseconds.
    pub(super) skew: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    Chooses(Choice),
    /// The terminal is gone.
    Nobody,
    Silence,
}

impl Run {
    pub(super) fn is_exclusive(&self) -> bool {
        Exclusive::default().covers(&self.command)
    }
}

impl Schedule {
    pub(super) fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let kind: u8 = dice.weighed(&[(45, 0), (25, 1), (20, 2), (10, 3)]);
        let with_sidecar = dice.chance(15);
        let placement = Placement {
            refused: dice.pick(&[0, 0, 0, 10]),
            fails: dice.pick(&[0, 0, 0, 15, 40]),
            fails_to_start: dice.pick(&[3, 3, 20, 60]),
        };
        let mut runs: Vec<_> = match kind {
            0 => vec![Run::draw(&mut dice, 0, 0)],
            1 => vec![Run::draw(&mut dice, 0, 2)],
            _ => {
                let count = dice.weighed(&[(4, 2), (1, 3)]);
                (0..count)
                    .map(|number| Run::draw(&mut dice, number, 1))
                    .collect()
            }
        };
        if kind == 2 {
            for run in &mut runs {
                run.command = words(dice.pick(&["migrate", "migrate", "reencrypt"]));
            }
        }
        // Two intents by one name: AWS refuses the second.
        if runs.len() > 1 && dice.chance(4) {
            runs[1].key = runs[0].key.clone();
            runs[1].command = words("reencrypt --batch-size 5");
        }
        number(&mut runs);
        let others = if dice.chance(if kind == 3 { 60 } else { 8 }) {
            vec![Other {
                definition: dice.pick(&[DEFINITION, OLDER]),
                at: dice.between(10, BEGINS + 20_000),
                command: words(dice.pick(&["migrate", "migrate", "migrate-info", "shell"])),
                life: Life::draw(&mut dice, 5, with_sidecar),
            }]
        } else {
            Vec::new()
        };
        Self {
            seed,
            weather: Weather::draw(&mut dice, BEGINS),
            placement,
            with_sidecar,
            others,
            lives: Vec::new(),
            runs,
        }
    }
}

impl Schedule {
    /// The schedule in words.
    pub(super) fn outline(&self) -> Vec<String> {
        let weather = std::iter::once(format!("{:?}", self.weather));
        let others = self.others.iter().map(|other| {
            format!(
                "other at {}: {:?}, {}",
                other.at,
                other.command,
                other.life.summary()
            )
        });
        let runs = self.runs.iter().map(|run| {
            format!(
                "run of `{}`, attach if running: {}, start retries: {}, {:?}; for others: {:?}",
                run.command.join(" "),
                run.attach_if_running,
                run.start_retries,
                run.policy,
                run.policy_for_others.on_interrupt,
            )
        });
        weather.chain(others).chain(runs).collect()
    }
}

fn number(runs: &mut [Run]) {
    let processes = runs.iter_mut().flat_map(|run| &mut run.processes);
    for (number, process) in processes.enumerate() {
        process.number = number;
    }
}

pub(super) fn words(command: &str) -> Vec<String> {
    command.split_whitespace().map(str::to_owned).collect()
}

impl Run {
    fn draw(dice: &mut Dice, number: u64, again: u64) -> Self {
        let command = words(dice.weighed(&[
            (6, "migrate"),
            (1, "reencrypt"),
            (2, "migrate-info"),
            (1, "migrate --dry-run"),
        ]));
        let exclusive = Exclusive::default().covers(&command);
        let later = dice.weighed(&[(3, 100), (2, 3_000), (2, 40_000)]);
        let begins = BEGINS
            + if number == 0 {
                0
            } else {
                dice.between(0, later)
            };
        let again = if again > 0 { dice.between(0, again) } else { 0 };
        let key = if again > 0 || dice.chance(40) {
            RunKey::named(&format!("run {number}"))
        } else {
            RunKey::fresh(&format!("run {number}"))
        };
        let policy = own_policy(dice, exclusive);
        let usual = if dice.chance(20) {
            Leave::Stop
        } else {
            Leave::Detach
        };
        let policy_for_others = Policy {
            start_timeout: None,
            on_interrupt: usual,
            before_start: usual,
            on_timeout: usual,
            asks: false,
            ..policy.clone()
        };
        Self {
            key,
            command,
            policy,
            policy_for_others,
            attach_if_running: dice.chance(30),
            start_retries: dice.pick(&[0, 3, 5, 5]),
            processes: Process::draw_all(dice, begins, again),
        }
    }
}

fn own_policy(dice: &mut Dice, exclusive: bool) -> Policy {
    let usual = if exclusive == dice.chance(75) {
        Leave::Detach
    } else {
        Leave::Stop
    };
    let seconds = |dice: &mut Dice, least, most| Duration::from_secs(dice.between(least, most));
    Policy {
        start_timeout: Some(if dice.chance(25) {
            seconds(dice, 3, 40)
        } else {
            Duration::from_mins(10)
        }),
        timeout: dice.chance(25).then(|| seconds(dice, 1, 40)),
        before_start: if dice.chance(90) {
            Leave::Stop
        } else {
            Leave::Detach
        },
        on_interrupt: usual,
        asks: exclusive && usual == Leave::Detach && dice.chance(50),
        on_timeout: if dice.chance(70) {
            usual
        } else {
            dice.pick(&[Leave::Stop, Leave::Detach])
        },
        credentials_grace: if dice.chance(30) {
            seconds(dice, 5, 60)
        } else {
            Duration::from_mins(10)
        },
        drain: dice.chance(8).then(|| seconds(dice, 0, 20)),
        wait_stopped: dice.chance(10),
        who: "ana@laptop".to_owned(),
    }
}

impl Process {
    fn draw_all(dice: &mut Dice, begins: Millis, again: u64) -> Vec<Self> {
        let mut begins = begins;
        let mut all = Vec::new();
        for left in (0..=again).rev() {
            let within = dice.weighed(&[(3, 1_000), (3, 8_000), (3, 40_000)]);
            let killed = (left > 0).then(|| begins + dice.between(0, within));
            all.push(Self::draw(dice, begins, killed));
            let pause = dice.weighed(&[(3, 500), (3, 5_000), (2, 60_000)]);
            begins = killed.unwrap_or(begins) + dice.between(0, pause);
        }
        all
    }

    fn draw(dice: &mut Dice, begins: Millis, killed: Option<Millis>) -> Self {
        let signals = signals(dice, begins);
        let nap = dice.chance(8).then(|| {
            let mut from = begins + dice.between(0, 30_000);
            // Ctrl-C and Ctrl-Z are pressed by the same hand.
            if let Some((signal, _)) = signals.first()
                && dice.chance(50)
            {
                from = signal + dice.between(0, 100);
            }
            (from, from + dice.between(100, 400_000))
        });
        let behind = dice.chance(6).then(|| {
            let from = begins + dice.between(0, 40_000);
            (from, from + dice.between(10, 3_000))
        });
        let reply = |dice: &mut Dice| {
            let takes = dice.weighed(&[(3, 1_000), (2, 20_000)]);
            let reply = dice.weighed(&[
                (3, Reply::Chooses(Choice::Stop)),
                (3, Reply::Chooses(Choice::Detach)),
                (3, Reply::Chooses(Choice::GoOn)),
                (1, Reply::Nobody),
                (1, Reply::Silence),
            ]);
            (dice.between(1, takes), reply)
        };
        Self {
            number: 0,
            begins,
            killed,
            signals,
            naps: nap.into_iter().collect(),
            behind: behind.into_iter().collect(),
            replies: (0..4).map(|_| reply(dice)).collect(),
            skew: dice.weighed(&[(8, 0), (1, 1_500), (1, -1_500)]),
        }
    }
}

fn signals(dice: &mut Dice, begins: Millis) -> Vec<(Millis, Signal)> {
    if !dice.chance(40) {
        return Vec::new();
    }
    let within = dice.weighed(&[(2, 600), (3, 8_000), (4, 50_000)]);
    let mut at = begins + dice.between(1, within);
    let pause = dice.weighed(&[(3, 30), (3, 2_000), (3, 15_000)]);
    let count = dice.weighed(&[(5, 1), (3, 2), (2, 4)]);
    let signal = |dice: &mut Dice| {
        dice.weighed(&[
            (6, Signal::Interrupt),
            (3, Signal::Terminate),
            (1, Signal::Hangup),
        ])
    };
    (0..count)
        .map(|_| {
            let now = (at, signal(dice));
            at += dice.between(0, pause);
            now
        })
        .collect()
}

/// The definition that everything is started from.
pub(super) fn definition(with_sidecar: bool) -> TaskDefinition {
    let names = std::iter::once(DECIDING).chain(with_sidecar.then_some(SIDECAR));
    TaskDefinition {
        arn: DEFINITION.to_owned(),
        network_mode: Some("awsvpc".to_owned()),
        containers: names
            .map(|name| ContainerDefinition {
                name: name.to_owned(),
                essential: name == DECIDING,
                log: LogDriver::Awslogs {
                    group: "/ecs/everruns-admin".to_owned(),
                    region: None,
                    prefix: Some("ecs".to_owned()),
                },
                ..ContainerDefinition::default()
            })
            .collect(),
        ..TaskDefinition::default()
    }
}
