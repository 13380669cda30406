//! A figure as a whole, written in two ways: into a page, whose style sheet colours it, and into a
//! file of its own, which carries its colours.

use askama::Template;

use crate::Result;

const RULES: &str = include_str!("../../templates/figure/figures.css");
const LIGHT: &str = include_str!("../../templates/light.css");
/// Behind a figure in a file, whatever the page's paper is: figures go onto white pages.
const WHITE: &str = "#ffffff";

/// What the root element says, and what is in it. As a template, it is the figure in a page.
#[derive(Template)]
#[template(path = "figure/svg.html")]
pub struct Svg {
    /// Unique in a page; the file's name.
    pub id: String,
    /// Of the style sheet.
    pub class: &'static str,
    pub title: String,
    /// The figure in words.
    pub description: String,
    pub width: f64,
    pub height: f64,
    /// On a page, in pixels: less is not readable, and scrolls instead; more is out of scale with the
    /// text.
    pub bounds: Option<(f64, f64)>,
    pub body: String,
}

#[derive(Template)]
#[template(path = "figure/file.svg")]
struct File<'a> {
    svg: &'a Svg,
    style: String,
    paper: &'static str,
}

impl Svg {
    /// A file's text, for any viewer: no variables, no script, no font, nothing from elsewhere.
    pub fn file(&self) -> Result<String> {
        let file = File {
            svg: self,
            style: light(RULES),
            paper: WHITE,
        };
        Ok(xml(&file.render()?))
    }
}

/// The style sheet with the light theme's colours in place of their names: variables are beyond most
/// viewers but browsers.
fn light(rules: &str) -> String {
    let mut rules = rules.to_owned();
    for (name, colour) in colours() {
        let colour = if name == "paper" { WHITE } else { colour };
        rules = rules.replace(&format!("var(--{name})"), colour);
    }
    rules
}

/// Name and value of each variable of the light theme.
fn colours() -> impl Iterator<Item = (&'static str, &'static str)> {
    let parts = LIGHT.split([';', '{']);
    parts.filter_map(|part| part.trim().strip_prefix("--")?.split_once(": "))
}

/// XML has no place for most control characters, not even escaped; an HTML page bears them.
fn xml(text: &str) -> String {
    let allowed =
        |c: char| !(c < ' ' || c == '\u{fffe}' || c == '\u{ffff}') || "\t\n\r".contains(c);
    text.chars()
        .map(|c| {
            if allowed(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_colours_and_no_variable() {
        let rules = light(RULES);
        assert!(!rules.contains("var("), "{rules}");
        assert!(rules.contains(".cell .fill { fill: #1d5f9f; }"), "{rules}");
        assert!(!rules.contains(['<', '&']), "as XML it would need escapes");
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            xml("a\u{0}b\u{7}\n\u{ffff}é"),
            "a\u{fffd}b\u{fffd}\n\u{fffd}é"
        );
    }
}
