//! Every target on its seeds and on deterministic mutations of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use run_admin_task_fuzz::{TARGETS, Target};

/// Of each seed.
const MUTATIONS: u64 = 200;
/// Ends what grew.
const LONGEST: usize = 4_096;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = listed
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

/// The seeds of a target by name. libFuzzer adds inputs to the folder that are not committed:
/// their names have no extension.
fn seeds(target: &str) -> BTreeMap<String, Vec<u8>> {
    let paths = entries(&folder("corpus").join(target)).into_iter();
    let committed = paths.filter(|path| path.extension().is_some());
    let named = committed.map(|path| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, fs::read(&path).expect("a seed"))
    });
    named.collect()
}

/// Changes an input a little, or joins it with another.
fn mutate(input: &mut Vec<u8>, others: &[&[u8]], random: &mut fastrand::Rng) {
    for _ in 0..random.usize(1..6) {
        let length = input.len();
        let at = random.usize(..=length);
        let until = random.usize(at..=length.min(at + 16));
        match random.u8(..8) {
            0 if at < length => input[at] ^= 1 << random.u8(..8),
            1 if at < length => input[at] = random.u8(..),
            2 => input.insert(at, random.u8(..)),
            3 => drop(input.drain(at..until)),
            4 => {
                let piece = input[at..until].to_vec();
                let to = random.usize(..=length);
                input.splice(to..to, piece);
            }
            5 => input.truncate(at),
            6 => {
                let awkward =
                    random.choice(["\n", "=", "\0", "\u{1b}[", "\u{feff}", "é", "-1", "max"]);
                input.splice(at..at, awkward.unwrap_or_default().bytes());
            }
            _ => {
                let other = random.choice(others).copied().unwrap_or_default();
                input.splice(at.., other[random.usize(..=other.len())..].iter().copied());
            }
        }
    }
    input.truncate(LONGEST);
}

fn holds(check: Target, input: &[u8], what: &str) {
    assert!(
        catch_unwind(|| check(input)).is_ok(),
        "{what} fails on b\"{}\"",
        input.escape_ascii()
    );
}

fn check_target(target: &str, check: Target) {
    let seeds = seeds(target);
    let others: Vec<_> = seeds.values().map(Vec::as_slice).collect();
    for (name, seed) in &seeds {
        holds(check, seed, &format!("{target}: {name}"));
        for number in 0..MUTATIONS {
            let mut random = fastrand::Rng::with_seed(number);
            let mut input = seed.clone();
            mutate(&mut input, &others, &mut random);
            holds(
                check,
                &input,
                &format!("{target}: mutation {number} of {name}"),
            );
        }
    }
}

#[test]
fn targets_hold_on_their_seeds_and_on_mutations_of_them() {
    thread::scope(|scope| {
        for &(target, check) in TARGETS {
            let work = move || check_target(target, check);
            let named = thread::Builder::new().name(target.to_owned());
            named.spawn_scoped(scope, work).expect("a thread");
        }
    });
}

#[test]
fn every_target_has_seeds_and_a_binary() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let names = |folder_name: &str| -> BTreeSet<String> {
        let paths = entries(&folder(folder_name)).into_iter();
        let stem = |path: PathBuf| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        };
        paths.map(stem).collect()
    };
    assert_eq!(names("corpus"), targets, "folders of seeds and targets");
    assert_eq!(names("fuzz_targets"), targets, "binaries and targets");
    let manifest = fs::read_to_string(folder("Cargo.toml")).expect("the manifest");
    for target in &targets {
        assert!(!seeds(target).is_empty(), "{target} has no seeds");
        let binary = format!("path = \"fuzz_targets/{target}.rs\"");
        assert!(manifest.contains(&binary), "{target} is not in Cargo.toml");
    }
}
