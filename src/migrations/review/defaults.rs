//! Which defaults have one value for a whole statement: those are stored once, and no row is
//! written for them. squawk knows constants and functions without arguments.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode as _};

/// Functions that `PostgreSQL` declares IMMUTABLE or STABLE, whatever they are given. Others are
/// taken as volatile, as a function of somebody's own is by default.
const NOT_VOLATILE: [&str; 36] = [
    "abs",
    "array_fill",
    "btrim",
    "ceil",
    "concat",
    "concat_ws",
    "current_database",
    "current_schema",
    "current_setting",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "floor",
    "format",
    "initcap",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "left",
    "length",
    "lower",
    "make_date",
    "make_interval",
    "md5",
    "now",
    "replace",
    "right",
    "round",
    "statement_timestamp",
    "to_char",
    "to_date",
    "to_timestamp",
    "transaction_timestamp",
    "upper",
];

/// Whether every row gets the same value.
pub(super) fn is_one_value(expression: &ast::Expr) -> bool {
    let all = |expressions: &[Option<ast::Expr>]| {
        let mut expressions = expressions.iter();
        expressions.all(|it| it.as_ref().is_some_and(is_one_value))
    };
    match expression {
        ast::Expr::Literal(_) => true,
        // A default has no columns to name: these are CURRENT_USER and its like.
        ast::Expr::NameRef(name) => name
            .syntax()
            .first_child_or_token()
            .is_some_and(|word| is_of_session(word.kind())),
        ast::Expr::BinExpr(both) => all(&[both.lhs(), both.rhs()]),
        ast::Expr::PrefixExpr(prefix) => all(&[prefix.expr()]),
        ast::Expr::ParenExpr(paren) => all(&[paren.expr()]),
        ast::Expr::Collate(collate) => all(&[collate.expr()]),
        // `interval '1 day'` is one as well.
        ast::Expr::CastExpr(cast) => cast.literal().is_some() || all(&[cast.expr()]),
        ast::Expr::CallExpr(call) => is_one_value_of(call).unwrap_or(false),
        _ => false,
    }
}

fn is_one_value_of(call: &ast::CallExpr) -> Option<bool> {
    let Some(ast::Expr::NameRef(name)) = call.expr() else {
        return None;
    };
    let is_known = NOT_VOLATILE.contains(&name.text().as_str());
    let mut args = call.arg_list()?.args();
    let all = args.all(|arg| match arg.func_arg_expr() {
        Some(ast::FuncArgExpr::Expr(expression)) => is_one_value(&expression),
        _ => false,
    });
    Some(is_known && all)
}

fn is_of_session(word: SyntaxKind) -> bool {
    matches!(
        word,
        SyntaxKind::CURRENT_CATALOG_KW
            | SyntaxKind::CURRENT_DATE_KW
            | SyntaxKind::CURRENT_ROLE_KW
            | SyntaxKind::CURRENT_SCHEMA_KW
            | SyntaxKind::CURRENT_TIME_KW
            | SyntaxKind::CURRENT_TIMESTAMP_KW
            | SyntaxKind::CURRENT_USER_KW
            | SyntaxKind::LOCALTIME_KW
            | SyntaxKind::LOCALTIMESTAMP_KW
            | SyntaxKind::SESSION_USER_KW
            | SyntaxKind::USER_KW
    )
}
