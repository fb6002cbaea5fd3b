//! Tests that are started together.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use crate::GROUPS;

/// Makes a test of each of these functions. The first one that is asked for starts them all, and
/// the next file's too, for most of a run is waiting; each is still listed, chosen and reported by
/// itself.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        pub(crate) mod tests {
            use crate::support::Group;

            pub(crate) static GROUP: Group = Group::new(&[$((stringify!($name), super::$name)),+]);

            $(
                #[test]
                fn $name() {
                    GROUP.report(stringify!($name));
                }
            )+
        }
    };
}
pub(crate) use tests;

type Case = (&'static str, fn());

/// Some tests of one file.
pub(crate) struct Group {
    cases: &'static [Case],
    running: OnceLock<Mutex<BTreeMap<&'static str, JoinHandle<()>>>>,
}

impl Group {
    pub(crate) const fn new(cases: &'static [Case]) -> Self {
        Self {
            cases,
            running: OnceLock::new(),
        }
    }

    /// Waits for the end of one of them, and fails if it failed.
    pub(crate) fn report(&self, name: &str) {
        let case = self.cases.iter().find(|(known, _)| *known == name);
        let (_, case) = case.expect("the macro made both lists");
        if is_choosy() {
            return case();
        }
        let running = self.running();
        if let Some(next) = self.next() {
            next.running();
        }
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let case = running.remove(name).expect("a test runs once");
        drop(running);
        if let Err(panic) = case.join() {
            // It was told among the output of the test that came first.
            panic!("{}", text_of(panic.as_ref()));
        }
    }

    fn running(&self) -> &Mutex<BTreeMap<&'static str, JoinHandle<()>>> {
        self.running.get_or_init(|| Mutex::new(self.start()))
    }

    /// The tests that come after these.
    fn next(&self) -> Option<&'static Self> {
        let mut groups = GROUPS.iter();
        groups.find(|group| std::ptr::eq(**group, self))?;
        groups.next().copied()
    }

    fn start(&self) -> BTreeMap<&'static str, JoinHandle<()>> {
        let start = |(name, case): &Case| {
            let thread = thread::Builder::new().name((*name).to_owned());
            (*name, thread.spawn(*case).expect("a thread"))
        };
        self.cases.iter().map(start).collect()
    }
}

/// Whether the command line chooses some tests: then only they are started.
fn is_choosy() -> bool {
    std::env::args()
        .skip(1)
        .any(|word| !word.starts_with('-') || word == "--exact" || word == "--skip")
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked without a text")
}
