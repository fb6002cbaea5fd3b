//! A schedule in words, written only where somebody will read it.

use std::sync::{Arc, Mutex};

use super::Millis;

type Pages = Mutex<Vec<(Millis, String)>>;

#[derive(Clone, Default)]
pub(super) struct Diary(Option<Arc<Pages>>);

impl Diary {
    pub(super) fn kept() -> Self {
        Self(Some(Arc::default()))
    }

    pub(super) fn note(&self, at: Millis, what: impl FnOnce() -> String) {
        if let Some(pages) = &self.0 {
            pages.lock().expect("no panic before").push((at, what()));
        }
    }

    /// Everything that was noted down, in the order of time.
    pub(super) fn read(&self) -> String {
        let Some(pages) = &self.0 else {
            return String::new();
        };
        let mut pages = pages.lock().expect("no panic before").clone();
        pages.sort_by_key(|(at, _)| *at);
        let lines = pages
            .into_iter()
            .map(|(at, what)| format!("{:>5}.{:03}  {what}\n", at / 1_000, at % 1_000));
        lines.collect()
    }
}
