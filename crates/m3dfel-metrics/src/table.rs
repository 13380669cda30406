//! One table, four ways to print it.

mod escape;

use serde::{Deserialize, Serialize};

/// Rows of text. The first column holds names and is set flush left, the others flush right; short
/// rows are filled up with empty cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub text: String,
    /// Best of its column: bold in Markdown and LaTeX.
    pub best: bool,
}

impl<S: Into<String>> From<S> for Cell {
    fn from(text: S) -> Self {
        Self {
            text: text.into(),
            best: false,
        }
    }
}

impl Table {
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self {
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    pub fn push<C: Into<Cell>>(&mut self, row: impl IntoIterator<Item = C>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// For GitHub.
    pub fn markdown(&self) -> String {
        let columns = self.columns();
        let cell = |cell: &Cell| match escape::markdown(&cell.text) {
            text if cell.best && !text.is_empty() => format!("**{text}**"),
            text => text,
        };
        let rows = self.map(escape::markdown, cell);
        let line = |row: &[String]| format!("| {} |\n", row.join(" | "));
        let rule = |k| if k == 0 { ":--" } else { "--:" };
        let rule: Vec<String> = (0..columns).map(|k| rule(k).to_owned()).collect();
        let mut rows = rows.iter().map(|row| line(row));
        let header = rows.next().unwrap_or_default();
        [header, line(&rule)].into_iter().chain(rows).collect()
    }

    /// A `tabular` in the manner of the `booktabs` package.
    pub fn latex(&self) -> String {
        let cell = |cell: &Cell| match escape::latex(&cell.text) {
            text if cell.best && !text.is_empty() => format!("\\textbf{{{text}}}"),
            text => text,
        };
        let rows = self.map(escape::latex, cell);
        let line = |row: &[String]| format!("{} \\\\\n", row.join(" & "));
        let mut rows = rows.iter().map(|row| line(row));
        let header = rows.next().unwrap_or_default();
        let numbers = "r".repeat(self.columns().saturating_sub(1));
        let body: String = rows.collect();
        format!(
            "% \\usepackage{{booktabs}}\n\\begin{{tabular}}{{l{numbers}}}\n\\toprule\n{header}\\midrule\n\
             {body}\\bottomrule\n\\end{{tabular}}\n"
        )
    }

    /// For other programs: the cells as they are.
    pub fn csv(&self) -> String {
        csv_text(self.map(str::to_owned, |cell| cell.text.clone()))
    }

    fn columns(&self) -> usize {
        let rows = self.rows.iter().map(Vec::len);
        rows.chain([self.header.len()]).max().unwrap_or(0)
    }

    /// Header and rows as text, all of the same length.
    fn map(
        &self,
        header: impl Fn(&str) -> String,
        cell: impl Fn(&Cell) -> String,
    ) -> Vec<Vec<String>> {
        let header: Vec<String> = self.header.iter().map(|text| header(text)).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(&cell).collect());
        let mut all: Vec<Vec<String>> = [header].into_iter().chain(rows).collect();
        let columns = self.columns();
        all.iter_mut()
            .for_each(|row| row.resize(columns, String::new()));
        all
    }
}

/// For a terminal: columns as wide as they need to be.
impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.map(escape::one_line, |cell| escape::one_line(&cell.text));
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns()).map(width).collect();
        for row in &rows {
            let cells = row.iter().zip(&widths).enumerate();
            let line: Vec<String> = cells
                .map(|(column, (cell, &width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                })
                .collect();
            writeln!(f, "{}", line.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// Rows as comma-separated values, quoted where they must be.
pub(crate) fn csv_text(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(&row)
            .expect("memory takes all, and rows may differ in length");
    }
    let bytes = writer.into_inner().expect("memory takes all");
    String::from_utf8(bytes).expect("quotes and commas between strings are UTF-8")
}

/// A fraction as a percentage with two decimals, as the field prints it.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{:.2}", 100.0 * fraction)
}

/// A difference of fractions in percentage points, its sign always said.
pub(crate) fn points(difference: f64) -> String {
    match format!("{:+.2}", 100.0 * difference) {
        zero if zero == "-0.00" => "+0.00".into(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["side", "WAR (%)", "note"]);
        let best = Cell {
            text: "-1.20".into(),
            best: true,
        };
        table.push([Cell::from("my_model"), best, Cell::from("a|b, \"c\"")]);
        table.push(["50 % & ±", "3.00 [-1.00, 5.00]"]);
        table
    }

    #[test]
    fn text_lines_up() {
        assert_eq!(
            table().to_string(),
            "side                 WAR (%)      note\n\
             my_model               -1.20  a|b, \"c\"\n\
             50 % & ±  3.00 [-1.00, 5.00]\n"
        );
        assert_eq!(Table::default().to_string(), "\n");
    }

    #[test]
    fn markdown_is_githubs() {
        assert_eq!(
            table().markdown(),
            "| side | WAR (%) | note |\n\
             | :-- | --: | --: |\n\
             | my\\_model | **-1.20** | a\\|b, \"c\" |\n\
             | 50 % \\& ± | 3.00 \\[-1.00, 5.00\\] |  |\n"
        );
    }

    #[test]
    fn latex_is_booktabs() {
        assert_eq!(
            table().latex(),
            "% \\usepackage{booktabs}\n\\begin{tabular}{lrr}\n\\toprule\n\
             side & WAR (\\%) & note \\\\\n\\midrule\n\
             my\\_model & \\textbf{$-$1.20} & a\\textbar{}b, \\textquotedbl{}c\\textquotedbl{} \\\\\n\
             50 \\% \\& $\\pm$ & 3.00 [$-$1.00, 5.00] &  \\\\\n\
             \\bottomrule\n\\end{tabular}\n"
        );
        for (text, escaped) in [
            ("[1]", "{[}1]"),
            ("*", "{*}"),
            ("a-1", "a-1"),
            (
                "\\{~^$#}",
                "\\textbackslash{}\\{\\textasciitilde{}\\textasciicircum{}\\$\\#\\}",
            ),
        ] {
            assert_eq!(escape::latex(text), escaped);
        }
    }

    #[test]
    fn csv_is_plain() {
        assert_eq!(
            table().csv(),
            "side,WAR (%),note\n\
             my_model,-1.20,\"a|b, \"\"c\"\"\"\n\
             50 % & ±,\"3.00 [-1.00, 5.00]\",\n"
        );
    }

    #[test]
    fn a_line_break_tears_no_table() {
        let mut table = Table::new(["a", "b"]);
        table.push(["x\ny", "z\r\n"]);
        for text in [table.to_string(), table.markdown()] {
            assert!(text.contains("x y") && !text.contains('\r'), "{text}");
        }
        assert_eq!(table.latex().lines().count(), 8);
    }

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(
            [0.012, -0.012, -0.00001].map(points),
            ["+1.20", "-1.20", "+0.00"]
        );
        assert_eq!(percent(0.69251), "69.25");
    }
}
