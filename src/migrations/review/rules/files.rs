//! What is wrong between files, and who must go on with them.

use crate::model::review::Affects::{TheMigration, TheTeam};
use crate::model::review::Severity::{Block, Warn};
use crate::model::review::{Rule, Usual};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "edited-after-applied",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "a migration that was applied has been edited",
        effect: "sqlx compares checksums and refuses every run: `migration … was previously applied but has been modified`",
        safe_way: "restore the file as it was, and put the change into a new migration",
    },
    Rule {
        name: "deleted-after-applied",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "a migration that was applied has no file any more",
        effect: "sqlx refuses every run: `migration … was previously applied but is missing in the resolved migrations`",
        safe_way: "restore the file, and undo what it did in a new migration",
    },
    Rule {
        name: "out-of-order",
        usual: Usual::Severity(Block),
        affects: TheTeam,
        message: "a new migration sorts before one that was applied",
        effect: "a database that is past it gets it out of order, and a new database in order: they may come out different",
        safe_way: "rename the file to a version newer than any that was applied; nobody has applied it yet",
    },
    Rule {
        name: "duplicate-version",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "two migrations have the same version",
        effect: "sqlx notes a version once: the second file fails, or is taken as an edit of the first",
        safe_way: "give the newer one a version of its own",
    },
    Rule {
        name: "missing-down-file",
        usual: Usual::Severity(Warn),
        affects: TheTeam,
        message: "there is no `.down.sql` to this migration",
        effect: "others beside it can be reverted, and `sqlx migrate revert` stops here",
        safe_way: "add a `.down.sql` of the same version, and name this file `.up.sql`",
    },
    Rule {
        name: "unused-ignore",
        usual: Usual::Severity(Warn),
        affects: TheTeam,
        message: "a comment accepts a rule that does not exist",
        effect: "it accepts nothing, while whoever wrote it believes that it does",
        safe_way: "take the name as `run-admin-task review --list` has it, names apart by commas",
    },
];
