//! `docs/rules.md` is made from the rules. With `TENANTRY_BLESS=1` it is written again.

use std::{env, fs};

use tenantry_core::lint::rules_page;

use crate::repository::root;

#[test]
fn the_page_of_rules_is_that_of_the_code() {
    let (path, page) = (root().join("docs/rules.md"), rules_page());
    if env::var_os("TENANTRY_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &page).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == page, "docs/rules.md differs: TENANTRY_BLESS=1 writes it");
}
