//! Work on many files at once.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder, ScopedJoinHandle};

/// The threads' name: a panic in one of them is caught, and nobody needs to read of it.
pub const NAME: &str = "review";
/// A parser that descends needs room for what is nested deeply. Untouched, it costs nothing.
const STACK: usize = 256 * 1024 * 1024;

/// What the work makes of each, in their order.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> Vec<R> + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else {
                return done;
            };
            done.push((number, work(item)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done = thread::scope(|scope| {
        let start = |_| {
            let thread = Builder::new().name(NAME.to_owned()).stack_size(STACK);
            thread.spawn_scoped(scope, take).ok()
        };
        let started: Vec<_> = (0..threads.min(items.len())).filter_map(start).collect();
        let ended = started.into_iter().map(ScopedJoinHandle::join);
        let mut done: Vec<_> = ended
            .flat_map(|done| done.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        // What no thread took, as none could start.
        done.extend(take());
        done
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays() {
        let numbers: Vec<_> = (0..500).collect();
        let twice = each(&numbers, |number| vec![*number, *number]);
        let expected: Vec<_> = numbers.iter().flat_map(|number| [*number; 2]).collect();
        assert_eq!(twice, expected);
        assert_eq!(each(&[], |(): &()| vec![1]), Vec::<i32>::new());
    }
}
