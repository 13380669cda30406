//! A strip in words.

use crate::format::whole_percent;
use crate::{Example, ShownInstance};

/// Whether the decisive instance lies within the expression.
pub struct Verdict {
    /// Of the style sheet.
    pub class: &'static str,
    pub told: String,
}

impl Verdict {
    /// None where no instance decides, or nobody knows where the expression is.
    pub fn new(example: &Example, decisive: Option<ShownInstance>) -> Option<Self> {
        let (instance, (first, last)) = (decisive?, example.truth_span?);
        let all = instance.last_frame - instance.first_frame + 1;
        let from = instance.first_frame.max(first);
        let inside = (instance.last_frame.min(last) + 1).saturating_sub(from);
        Some(match inside {
            0 => Self {
                class: "out",
                told: "✗ decisive instance outside the expression".into(),
            },
            n if n == all => Self {
                class: "in",
                told: "✓ decisive instance within the expression".into(),
            },
            n => Self {
                class: "part",
                told: format!(
                    "◐ decisive instance partly within the expression: {n} of {all} frames"
                ),
            },
        })
    }
}

pub fn describe(example: &Example, frames: usize, decisive: Option<ShownInstance>) -> String {
    let mut text = match frames {
        1 => "1 frame".to_owned(),
        n => format!("{n} frames"),
    };
    text += &match example.instances.len() {
        0 => ".".to_owned(),
        1 => " in one instance.".to_owned(),
        n => format!(" in {n} instances."),
    };
    if let Some(largest) = decisive {
        text += &format!(
            " Largest share: {}, {}.",
            span(largest.first_frame, largest.last_frame),
            whole_percent(largest.share)
        );
    }
    if let Some((first, last)) = example.truth_span {
        text += &format!(" The expression is in {}", span(first, last));
        if let Some(apex) = example.apex {
            text += &format!(", its apex in frame {}", apex + 1);
        }
        text += ".";
    }
    text
}

fn span(first: usize, last: usize) -> String {
    if first == last {
        format!("frame {}", first + 1)
    } else {
        format!("frames {} to {}", first + 1, last + 1)
    }
}
