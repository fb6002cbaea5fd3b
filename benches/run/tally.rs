//! Whether numbered lines came whole: none lost, none doubled, each after the one before.

use std::str;

/// What came of the lines 1, 2, 3, ….
#[derive(Debug)]
pub(crate) struct Tally {
    seen: Vec<bool>,
    highest: usize,
    doubled: usize,
    out_of_order: usize,
    foreign: usize,
}

/// What is wrong with them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) out_of_order: usize,
    /// Lines that nobody wrote.
    pub(crate) foreign: usize,
}

impl Tally {
    /// Of so many lines.
    pub(crate) fn of(count: usize) -> Self {
        Self {
            seen: vec![false; count],
            highest: 0,
            doubled: 0,
            out_of_order: 0,
            foreign: 0,
        }
    }

    /// Takes the next line in.
    pub(crate) fn line(&mut self, line: &[u8]) {
        let number = str::from_utf8(line)
            .ok()
            .and_then(|text| text.parse::<usize>().ok());
        let place = number.and_then(|number| self.seen.get_mut(number.checked_sub(1)?));
        let (Some(number), Some(seen)) = (number, place) else {
            self.foreign += 1;
            return;
        };
        if *seen {
            self.doubled += 1;
        } else if number < self.highest {
            self.out_of_order += 1;
        }
        *seen = true;
        self.highest = self.highest.max(number);
    }

    /// What is wrong, now that all lines should be there.
    pub(crate) fn faults(&self) -> Faults {
        Faults {
            lost: self.seen.iter().filter(|seen| !**seen).count(),
            doubled: self.doubled,
            out_of_order: self.out_of_order,
            foreign: self.foreign,
        }
    }
}

/// A yardstick that never shows anything proves nothing.
pub(crate) fn check() {
    let mut tally = Tally::of(5);
    for line in ["1", "3", "2", "3", "5", "six", "6", "0"] {
        tally.line(line.as_bytes());
    }
    let expected = Faults {
        lost: 1,
        doubled: 1,
        out_of_order: 1,
        foreign: 3,
    };
    assert_eq!(tally.faults(), expected);
}
