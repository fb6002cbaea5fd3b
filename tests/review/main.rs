//! Migrations of our own, unsafe and safe: what each must give, exactly.
//!
//! An unsafe file says which rules it breaks in a comment `-- finds: RULE, RULE`, in any order.

mod between;
mod corpus;
mod spans;
