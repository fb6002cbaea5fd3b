use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::SystemTime;

use tempfile::TempDir;

use super::*;

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::at(folder.path().join("state/run-admin-task/runs"));
    (folder, store)
}

fn id(number: usize) -> String {
    format!("20260101T000000.000Z-{number:08x}")
}

fn record(number: usize) -> Record {
    Record {
        id: id(number),
        version: 1,
        ..Record::default()
    }
}

fn ids(store: &Store) -> Vec<String> {
    let listing = store.list().expect("it can be read");
    assert_eq!(listing.damaged, []);
    listing.records.into_iter().map(|it| it.id).collect()
}

fn folder(store: &Store) -> &Path {
    store.folder().expect("it has one")
}

#[test]
fn a_folder_that_is_not_there_has_no_records() {
    let (_folder, store) = store();
    assert_eq!(ids(&store), Vec::<String>::new());
}

#[test]
fn a_record_replaces_the_one_of_the_same_run() {
    let (_folder, store) = store();
    store.write(&record(1)).expect("written");
    let mut later = record(1);
    later.ended = Some("now".into());
    store.write(&later).expect("written");
    let listing = store.list().expect("readable");
    assert_eq!(listing.records, [later]);
    assert_eq!(
        names(folder(&store)).expect("readable"),
        [name::of_file(&id(1))]
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &Path| {
        let about = fs::metadata(path).expect("it is there");
        about.permissions().mode() & 0o7777
    };
    let (_folder, store) = store();
    store.write(&record(1)).expect("written");
    let runs = folder(&store);
    assert_eq!(mode(runs), 0o700);
    assert_eq!(mode(runs.parent().expect("a parent")), 0o700);
    assert_eq!(mode(&runs.join(name::of_file(&id(1)))), 0o600);

    fs::set_permissions(runs, fs::Permissions::from_mode(0o755)).expect("ours");
    store.write(&record(2)).expect("written");
    assert_eq!(mode(runs), 0o700);
}

#[test]
fn the_newest_are_kept_and_nothing_of_others_goes() {
    let (_folder, store) = store();
    for number in 1..=KEPT {
        store.write(&record(number)).expect("written");
    }
    let foreign = ["a.json", "20260101T000000.000Z-00000001.json.old", ".x"];
    for name in foreign {
        fs::write(folder(&store).join(name), "mine").expect("written");
    }
    assert_eq!(ids(&store).len(), KEPT);
    store.write(&record(KEPT + 1)).expect("written");
    let kept = ids(&store);
    assert_eq!(kept.len(), KEPT);
    assert_eq!(kept.first(), Some(&id(2)));
    assert_eq!(kept.last(), Some(&id(KEPT + 1)));

    // A run that began before all others, and ends now.
    store.write(&record(0)).expect("written");
    let kept = ids(&store);
    assert_eq!(kept.len(), KEPT);
    assert_eq!(kept[..2], [id(0), id(3)]);
    for name in foreign {
        assert!(folder(&store).join(name).exists(), "{name}");
    }
}

#[test]
fn a_process_that_was_killed_while_it_wrote_leaves_the_old_record() {
    let (_folder, store) = store();
    store.write(&record(1)).expect("written");
    let half = format!(
        "{}x{}",
        name::begin_of_unfinished(&id(1)),
        name::END_OF_UNFINISHED
    );
    let half = folder(&store).join(half);
    fs::write(&half, "{\"version\":1,\"id\":").expect("written");
    assert_eq!(store.list().expect("readable").records, [record(1)]);

    // Somebody may be writing it just now.
    store.write(&record(2)).expect("written");
    assert!(half.exists());
    let long_ago = SystemTime::now() - UNFINISHED_FOR - Duration::from_mins(1);
    let file = fs::File::options().write(true).open(&half).expect("there");
    file.set_modified(long_ago).expect("ours");
    store.write(&record(3)).expect("written");
    assert!(!half.exists());
    assert_eq!(ids(&store), [id(1), id(2), id(3)]);
}

#[test]
fn a_reader_never_sees_half_a_record() {
    let (_folder, store) = store();
    store.write(&record(1)).expect("written");
    let path = folder(&store).join(name::of_file(&id(1)));
    let done = AtomicBool::new(false);
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                let text = fs::read(&path).expect("it is always there");
                Record::read(&id(1), &text).expect("it is always whole");
                reads += 1;
            }
            reads
        });
        for length in 0..300 {
            let mut longer = record(1);
            longer.about.command = vec!["x".repeat(100); length];
            store.write(&longer).expect("written");
        }
        done.store(true, Ordering::Relaxed);
        reader.join().expect("no panic")
    });
    assert!(reads > 0);
}

#[test]
fn several_at_once_do_not_disturb_each_other() {
    let (_folder, store) = store();
    thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..80 {
                    store
                        .write(&record(writer * 1_000 + number))
                        .expect("written");
                    store.list().expect("readable");
                }
            });
        }
    });
    let kept = ids(&store);
    assert!((KEPT - 3..=KEPT).contains(&kept.len()), "{}", kept.len());
    assert_eq!(names(folder(&store)).expect("readable").len(), kept.len());
}

#[test]
fn a_damaged_file_is_named_and_skipped() {
    let (_folder, store) = store();
    for number in [1, 2, 4] {
        store.write(&record(number)).expect("written");
    }
    let damaged = folder(&store).join(name::of_file(&id(2)));
    fs::write(&damaged, "{\"version\":1,").expect("written");
    let folder_in_place = folder(&store).join(name::of_file(&id(3)));
    fs::create_dir(&folder_in_place).expect("made");
    let listing = store.list().expect("readable");
    let found: Vec<_> = listing.records.into_iter().map(|it| it.id).collect();
    assert_eq!(found, [id(1), id(4)]);
    let paths: Vec<_> = listing.damaged.into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [damaged, folder_in_place]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let runs = file.join("runs");
    let store = Store::at(&runs);
    let error = store.write(&record(1)).expect_err("a file is in the way");
    assert!(
        error
            .to_string()
            .starts_with(&format!("{}: ", runs.display())),
        "{error}"
    );
    assert!(store.list().is_err());
    let homeless = Store { folder: None };
    assert!(matches!(
        homeless.write(&record(1)),
        Err(StoreError::NoHome)
    ));
    assert!(homeless.list().is_err());
}
