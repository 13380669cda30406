//! Pages and figures read back as a machine would.

use std::collections::HashSet;

use m3dfel_report::{Document, figures, render};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a page is made of, once it has been found well-formed.
#[derive(Default)]
pub struct Read {
    pub elements: Vec<String>,
    /// Element, attribute, value.
    pub attributes: Vec<(String, String, String)>,
    pub text: String,
}

impl Read {
    pub fn new(page: &str) -> Self {
        let mut reader = Reader::from_str(page);
        reader.config_mut().check_end_names = true;
        let mut read = Self::default();
        let mut open = Vec::new();
        loop {
            match reader
                .read_event()
                .unwrap_or_else(|e| panic!("{e} at {}", reader.error_position()))
            {
                Event::Start(tag) => {
                    open.push(read.element(&tag));
                }
                Event::Empty(tag) => {
                    read.element(&tag);
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => read.text += &text,
                Event::GeneralRef(name) => {
                    let reference = format!("&{};", &*name);
                    read.text += &quick_xml::escape::unescape(&reference).unwrap();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty(), "left open: {open:?}");
        read
    }

    fn element(&mut self, tag: &BytesStart) -> String {
        let name = tag.name().as_ref().to_string();
        for attribute in tag.attributes() {
            let attribute = attribute.expect("attributes are quoted and not doubled");
            let key = attribute.key.as_ref().to_string();
            let value = quick_xml::escape::unescape(&attribute.value)
                .unwrap()
                .into_owned();
            self.attributes.push((name.clone(), key, value));
        }
        self.elements.push(name.clone());
        name
    }

    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |(_, k, _)| k == key);
        named.map(|(_, _, value)| value.as_str())
    }

    pub fn count(&self, element: &str) -> usize {
        self.elements.iter().filter(|e| *e == element).count()
    }
}

/// Renders a page, and checks what holds for every page and for every figure as a file.
pub fn page(document: &impl Document) -> Read {
    let page = render(document).unwrap();
    let read = Read::new(&page);
    assert!(!page.contains("http:") && !page.contains("https:"));
    read.check();
    for target in read
        .values("href")
        .filter_map(|href| href.strip_prefix('#'))
    {
        let there = read.values("id").any(|id| id == target);
        assert!(there, "nothing to go to at #{target}");
    }
    let mut names = HashSet::new();
    for figure in figures(document).unwrap() {
        file(&figure.svg);
        assert!(
            names.insert(figure.name.clone()),
            "{} is there twice",
            figure.name
        );
    }
    read
}

/// A figure's file, read back: whole in itself, for any viewer.
pub fn file(svg: &str) -> Read {
    let read = Read::new(svg);
    read.check();
    assert_eq!(read.elements[0], "svg");
    let (_, _, space) = &read.attributes[0];
    assert_eq!(space, "http://www.w3.org/2000/svg");
    let elsewhere = svg.matches("http").count() + svg.matches("url(").count();
    assert_eq!(elsewhere, 1, "the name space alone");
    assert!(
        !svg.contains("var(") && !svg.contains("currentColor"),
        "colours of a page"
    );
    for element in &read.elements {
        let known = [
            "svg", "title", "desc", "style", "rect", "g", "path", "text", "circle", "image",
        ];
        assert!(known.contains(&element.as_str()), "{element} is not of SVG");
    }
    read
}

impl Read {
    fn check(&self) {
        let drawn = self.attributes.iter().map(|(_, _, value)| value.as_str());
        let shown = drawn
            .filter(|value| !value.starts_with("data:"))
            .chain([self.text.as_str()]);
        for word in shown.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())) {
            assert!(
                !word.ends_with("NaN") && !word.ends_with("inf"),
                "a number that is none got out: {word}"
            );
        }
        assert!(!self.text.contains("@import"));
        for outside in [
            "script", "link", "iframe", "object", "embed", "base", "form",
        ] {
            assert_eq!(self.count(outside), 0, "{outside}");
        }
        for (element, key, value) in &self.attributes {
            assert!(!key.starts_with("on"), "{element} {key}={value}");
            if key == "href" || key == "src" {
                let inside = value.starts_with('#') || value.starts_with("data:image/");
                assert!(inside, "{element} {key}={value}");
            }
        }
        let ids: Vec<&str> = self.values("id").collect();
        let unique: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id is there twice: {ids:?}");
        for reference in self
            .values("aria-labelledby")
            .flat_map(str::split_whitespace)
        {
            assert!(unique.contains(reference), "nothing is called {reference}");
        }
    }
}
