//! What a cell's text is in each format.

/// Without line breaks and other control characters, which would tear a table.
pub fn one_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect()
}

/// GitHub's: a backslash before whatever may mean something.
pub fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        if "\\`*_~<>[]|&$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

pub fn latex(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\textquotedbl{}"),
            '±' => out.push_str("$\\pm$"),
            '{' | '}' | '#' | '$' | '%' | '&' | '_' => out.extend(['\\', c]),
            // After the `\\` of the row above, these would be its argument and its star.
            '[' | '*' if at == 0 => out.extend(['{', c, '}']),
            // A sign, not a hyphen within a name.
            '-' | '+' if " [(".contains(before) && next.is_some_and(|n| n.is_ascii_digit()) => {
                out.extend(['$', c, '$']);
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}
