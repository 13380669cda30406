//! The pages: words and numbers computed here, written by the templates of the same names.

pub mod ablation;
mod calibration;
mod classes;
mod clips;
pub mod comparison;
pub mod report;
mod training;
pub mod video;

/// What stands above every page.
pub struct Head<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    pub created: &'a str,
}

impl<'a> Head<'a> {
    pub fn new(title: &'a str, subtitle: &'a str, created: &'a str) -> Self {
        Self {
            title,
            subtitle,
            created,
        }
    }
}
