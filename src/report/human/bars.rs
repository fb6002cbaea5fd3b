//! Where the time went, to scale.

use crate::model::duration::measured;
use crate::model::timings::Timings;

/// More cells tell no more.
const WIDEST: usize = 40;
/// Before a bar: its part's name, and how long it took.
const MARGIN: usize = "  provisioning  12m 34s  ".len();

/// A line for each part whose time is known: each bar begins where the one before ends.
pub(super) fn bars(timings: &Timings, width: usize, utf8: bool) -> Vec<String> {
    let parts = [
        ("provisioning", timings.provisioning_ms),
        ("image pull", timings.pull_ms),
        ("pending", timings.pending_ms),
        ("running", timings.running_ms),
        ("stopping", timings.stopping_ms),
    ];
    let known = parts.iter().filter_map(|(name, took)| {
        let took = u64::try_from((*took)?.max(0)).unwrap_or(0);
        Some((*name, took))
    });
    let known: Vec<_> = known.collect();
    let room = width.saturating_sub(MARGIN + 1).min(WIDEST);
    let cells = cells(&known, room);
    let cell = if utf8 { "█" } else { "#" };
    let mut begins = 0;
    let lines = known.iter().zip(cells).map(|((name, took), cells)| {
        let indent = " ".repeat(begins);
        begins += cells;
        let took = measured(i64::try_from(*took).unwrap_or(i64::MAX));
        format!("  {name:12}  {took:>7}  {indent}{}", cell.repeat(cells))
    });
    lines.collect()
}

/// How many cells each part takes of so many: in proportion, and one at least.
fn cells(parts: &[(&str, u64)], room: usize) -> Vec<usize> {
    let all: u128 = parts.iter().map(|(_, took)| u128::from(*took)).sum();
    let to_share = room.saturating_sub(parts.len()) as u128;
    let share = |(_, took): &(&str, u64)| {
        let share = (u128::from(*took) * to_share).checked_div(all).unwrap_or(0);
        1 + usize::try_from(share).unwrap_or(0)
    };
    parts.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_begins_where_the_one_before_ends() {
        let timings = Timings {
            provisioning_ms: Some(9_000),
            pull_ms: None,
            pending_ms: Some(0),
            running_ms: Some(125_000),
            stopping_ms: Some(3_000),
            total_ms: Some(140_000),
        };
        let expected = [
            "  provisioning     9.0s  ##",
            "  pending          0.0s    #",
            "  running         2m 5s     ###############",
            "  stopping         3.0s                    #",
        ];
        assert_eq!(bars(&timings, 46, false), expected);
        assert_eq!(bars(&Timings::default(), 80, true), [""; 0]);
        assert!(bars(&timings, 80, true)[0].ends_with("███"));
    }

    proptest! {
        #[test]
        fn every_part_has_a_cell_and_none_more_than_there_is(
            parts in prop::collection::vec(0..=u64::MAX, 1..=5),
            room in 0_usize..60,
        ) {
            let parts: Vec<_> = parts.into_iter().map(|took| ("part", took)).collect();
            let cells = cells(&parts, room);
            prop_assert!(cells.iter().all(|cells| *cells > 0));
            prop_assert!(cells.iter().sum::<usize>() <= room.max(parts.len()));
        }
    }
}
