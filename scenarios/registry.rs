//! The hand-kept list of families. A test walks the folders and fails where a file is missing here.

use atproof_engine::model::{Case, Family};

use crate::server;

/// Every family, in the order in which cases are listed, played and reported.
pub static FAMILIES: &[&Family] = &[&server::par::request::FAMILY, &server::par::dpop_proof::FAMILY];

/// The case of this id and its family.
pub fn find(id: &str) -> Option<(&'static Family, &'static Case)> {
    FAMILIES.iter().find_map(|family| {
        family.cases.iter().find(|case| case.id == id).map(|case| (*family, case))
    })
}
