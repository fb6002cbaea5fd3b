//! What becomes of each call on its way: how long it takes, and how it fails.

use super::Millis;
use super::dice::Dice;
use crate::ports::CallErrorKind;

/// The operations of the simulated world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    RunTask,
    StopTask,
    DescribeTask,
    FamilyTasks,
    DescribeDefinition,
    ReadLog,
}

/// Operations that share a fate: ECS throttles those that look and those that change apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bucket {
    Looks,
    Changes,
    Logs,
}

impl Op {
    fn bucket(self) -> Bucket {
        match self {
            Self::RunTask | Self::StopTask => Bucket::Changes,
            Self::DescribeTask | Self::FamilyTasks | Self::DescribeDefinition => Bucket::Looks,
            Self::ReadLog => Bucket::Logs,
        }
    }
}

/// What can befall a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::tests) enum Mishap {
    Throttled,
    /// HTTP 5xx, nothing done.
    Service,
    /// HTTP 5xx, although it was carried out.
    ServiceAfter,
    /// No connection.
    Network,
    /// It was carried out, and the answer is lost.
    Lost,
    /// The answer comes late.
    Late,
    /// It comes so late.
    LateBy(Millis),
    /// It is never answered, and never carried out.
    Never,
    /// It is never answered, although it was carried out.
    NeverAfter,
    Credentials,
    Denied,
}

const ALL: [Bucket; 3] = [Bucket::Looks, Bucket::Changes, Bucket::Logs];
pub(super) const ECS: [Bucket; 2] = [Bucket::Looks, Bucket::Changes];
pub(super) const LOOKS: [Bucket; 1] = [Bucket::Looks];
pub(super) const CHANGES: [Bucket; 1] = [Bucket::Changes];
pub(super) const LOGS: [Bucket; 1] = [Bucket::Logs];

/// A time in which one thing goes wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spell {
    pub(super) from: Millis,
    pub(super) to: Millis,
    /// `None`: for everybody.
    pub(super) process: Option<usize>,
    pub(super) on: &'static [Bucket],
    pub(super) percent: u8,
    pub(super) mishap: Mishap,
}

#[derive(Debug, Clone)]
pub(super) struct Weather {
    pub(super) calm: bool,
    pub(super) latency: Millis,
    /// How old what a call shows may be.
    pub(super) stale: Millis,
    /// At any time: how many in a hundred, and what.
    pub(super) always: Vec<(u8, Mishap)>,
    pub(super) spells: Vec<Spell>,
}

/// What becomes of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    pub(super) there: Millis,
    pub(super) back: Millis,
    pub(super) stale: Millis,
    pub(super) carried_out: bool,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Answer,
    Error(CallErrorKind),
    Silence,
}

impl Weather {
    pub(super) fn draw(dice: &mut Dice, begins: Millis) -> Self {
        let latency = dice.weighed(&[(6, 40), (3, 120), (1, 600)]);
        let stale = dice.weighed(&[(6, 0), (3, 300), (2, 2_000)]);
        let mood: u8 = dice.weighed(&[(15, 0), (35, 1), (18, 2), (12, 3), (20, 4)]);
        let mut weather = Self {
            calm: mood == 0,
            latency,
            stale,
            always: Vec::new(),
            spells: Vec::new(),
        };
        match mood {
            0 => {}
            1 => weather.always = mixed(dice, 2),
            2 => weather.always = mixed(dice, 8),
            3 => weather.always = vec![(30, Mishap::Throttled)],
            _ => {
                weather.always = mixed(dice, 1);
                let count = dice.between(1, 3);
                weather.spells = (0..count).map(|_| Spell::draw(dice, begins)).collect();
            }
        }
        weather
    }

    pub(super) fn fate(&self, dice: &mut Dice, op: Op, process: usize, now: Millis) -> Fate {
        let mut fate = Fate {
            there: 5 + dice.between(0, self.latency),
            back: 5 + dice.between(0, self.latency),
            stale: if op != Op::ReadLog && self.stale > 0 && dice.chance(20) {
                dice.between(0, self.stale)
            } else {
                0
            },
            carried_out: true,
            end: End::Answer,
        };
        if let Some(mishap) = self.mishap(dice, op, process, now) {
            fate.suffer(mishap, op, dice);
        }
        fate
    }

    fn mishap(&self, dice: &mut Dice, op: Op, process: usize, now: Millis) -> Option<Mishap> {
        let spell = self.spells.iter().find(|spell| {
            (spell.from..spell.to).contains(&now)
                && spell.process.is_none_or(|one| one == process)
                && spell.on.contains(&op.bucket())
        });
        if let Some(spell) = spell.filter(|spell| dice.chance(spell.percent)) {
            return Some(spell.mishap);
        }
        let always = self.always.iter();
        let mut hit = always.filter(|(percent, _)| dice.chance(*percent));
        hit.next().map(|(_, mishap)| *mishap)
    }
}

fn mixed(dice: &mut Dice, percent: u8) -> Vec<(u8, Mishap)> {
    [
        Mishap::Throttled,
        Mishap::Service,
        Mishap::ServiceAfter,
        Mishap::Network,
        Mishap::Lost,
        Mishap::Late,
        Mishap::Never,
        Mishap::NeverAfter,
    ]
    .into_iter()
    .map(|mishap| match mishap {
        // Each costs a minute of somebody's patience.
        Mishap::Never | Mishap::NeverAfter => (u8::from(dice.chance(50)), mishap),
        _ => (percent, mishap),
    })
    .collect()
}

impl Spell {
    fn draw(dice: &mut Dice, begins: Millis) -> Self {
        let from = begins + dice.between(0, 40_000);
        let lasts = dice.weighed(&[(4, 8_000), (3, 40_000), (2, 130_000), (1, 600_000)]);
        let on: &[Bucket] = dice.weighed(&[
            (4, &ALL as &[_]),
            (2, &ECS),
            (1, &LOOKS),
            (1, &CHANGES),
            (2, &LOGS),
        ]);
        let mishap = dice.weighed(&[
            (4, Mishap::Network),
            (2, Mishap::Throttled),
            (2, Mishap::Service),
            (1, Mishap::Lost),
            (1, Mishap::Late),
            (2, Mishap::Never),
            (3, Mishap::Credentials),
            (2, Mishap::Denied),
        ]);
        let for_good = matches!(mishap, Mishap::Credentials | Mishap::Denied) && dice.chance(20);
        Self {
            from,
            to: if for_good {
                Millis::MAX
            } else {
                from + dice.between(500, lasts)
            },
            process: dice.chance(40).then_some(0),
            on,
            percent: dice.pick(&[100, 100, 100, 60]),
            mishap,
        }
    }
}

impl Fate {
    fn suffer(&mut self, mishap: Mishap, op: Op, dice: &mut Dice) {
        let lost = match op {
            // Who sends it tells an answer that was lost from a request that was not sent.
            Op::RunTask => CallErrorKind::Doubtful,
            _ => CallErrorKind::Network,
        };
        let (carried_out, end) = match mishap {
            Mishap::Throttled => (false, End::Error(CallErrorKind::Throttled)),
            Mishap::Service => (false, End::Error(CallErrorKind::Service)),
            Mishap::ServiceAfter => (true, End::Error(CallErrorKind::Service)),
            Mishap::Network => (false, End::Error(CallErrorKind::Network)),
            Mishap::Lost => (true, End::Error(lost)),
            Mishap::Late => {
                let late = dice.weighed(&[(3, 2_000), (2, 9_000), (1, 55_000)]);
                let late = dice.between(500, late);
                // Some requests, and some answers, are underway for long.
                if dice.chance(30) {
                    self.there += late;
                } else {
                    self.back += late;
                }
                return;
            }
            Mishap::LateBy(late) => {
                self.back += late;
                return;
            }
            Mishap::Never => (false, End::Silence),
            Mishap::NeverAfter => (true, End::Silence),
            Mishap::Credentials => (false, End::Error(CallErrorKind::Credentials)),
            Mishap::Denied => (false, End::Error(CallErrorKind::Denied)),
        };
        (self.carried_out, self.end) = (carried_out, end);
    }
}
