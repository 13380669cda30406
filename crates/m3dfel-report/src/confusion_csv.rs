//! Numbers of a report for other programs.

use crate::{Confusion, ReportError, Result, check};

/// A confusion matrix as CSV, a line for each pair of classes: header `truth,predicted,count`, true
/// classes in order, within each the predicted ones, noughts included. Clips that could not be read have
/// an empty `predicted`; there are such lines only if there are such clips.
///
/// Long, not square, so that a class may be called anything and any program reads it: in pandas,
/// `pivot(index="truth", columns="predicted", values="count")` makes the matrix.
///
/// # Errors
/// A matrix that is not square over the classes, or a class listed twice.
pub fn confusion_csv(classes: &[String], confusion: &Confusion) -> Result<String> {
    check::classes(classes)?;
    check::confusion(classes, confusion)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut line = |fields: [&str; 3]| writer.write_record(fields).map_err(ReportError::Csv);
    line(["truth", "predicted", "count"])?;
    let unread = confusion.total_unread() > 0;
    for (k, truth) in classes.iter().enumerate() {
        for (n, predicted) in classes.iter().enumerate() {
            line([truth, predicted, &confusion.count(k, n).to_string()])?;
        }
        if unread {
            line([truth, "", &confusion.unread(k).to_string()])?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| ReportError::Csv(e.into_error().into()))?;
    // All that was written is text.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_pair_and_names_are_quoted() {
        let classes = ["happy", "sad, or \"so\""].map(String::from);
        let mut confusion = Confusion {
            counts: vec![vec![5, 0], vec![2, 3]],
            unread: vec![],
        };
        let csv = |confusion: &Confusion| confusion_csv(&classes, confusion).unwrap();
        assert_eq!(
            csv(&confusion),
            "truth,predicted,count\nhappy,happy,5\nhappy,\"sad, or \"\"so\"\"\",0\n\
             \"sad, or \"\"so\"\"\",happy,2\n\"sad, or \"\"so\"\"\",\"sad, or \"\"so\"\"\",3\n"
        );
        confusion.unread = vec![0, 4];
        let text = csv(&confusion);
        assert!(text.contains("\nhappy,,0\n") && text.ends_with("\"sad, or \"\"so\"\"\",,4\n"));
        assert_eq!(text.lines().count(), 1 + 6);
    }

    #[test]
    fn a_matrix_of_other_classes_is_refused() {
        let confusion = Confusion::new(3);
        let error = confusion_csv(&["happy".into()], &confusion).unwrap_err();
        assert!(error.to_string().contains("list of rows has 3"), "{error}");
    }
}
