//! What differences and their intervals say, in words.

use crate::format::points;
use crate::{Comparison, Interval, McNemar, Rival};

/// A sentence for each other run and each figure, then one for the test.
pub fn verdicts(comparison: &Comparison) -> Vec<String> {
    let first = &comparison.first.name;
    let mut verdicts = Vec::new();
    for rival in &comparison.others {
        let Rival { side, difference } = rival;
        for (figure, interval) in [("WAR", difference.war), ("UAR", difference.uar)] {
            verdicts.extend(verdict(figure, first, &side.name, interval));
        }
        verdicts.extend(
            difference
                .mcnemar
                .map(|test| mcnemar(first, &side.name, test)),
        );
    }
    if comparison.others.len() > 1 {
        verdicts.push(format!(
            "{} runs are held against “{first}”. The more there are, the likelier it is that one differs by \
             chance alone: each interval is for its own comparison.",
            comparison.others.len()
        ));
    }
    verdicts
}

fn verdict(figure: &str, first: &str, other: &str, difference: Interval) -> Option<String> {
    if !difference.known() {
        return None;
    }
    let [low, high] = [difference.low, difference.high].map(|v| points(v, 1));
    Some(if difference.holds_zero() {
        format!(
            "{figure}: the interval of the difference, {low} to {high} points, contains zero. The data do \
             not tell “{other}” and “{first}” apart."
        )
    } else {
        let word = if difference.low > 0.0 {
            "better"
        } else {
            "worse"
        };
        format!(
            "{figure}: “{other}” is {word} than “{first}” by {} points (95\u{202f}% interval {low} to {high}).",
            points(difference.estimate.abs(), 1).trim_start_matches('+')
        )
    })
}

fn mcnemar(first: &str, other: &str, test: McNemar) -> String {
    let McNemar {
        only_first,
        only_other,
        p,
    } = test;
    if only_first + only_other == 0 {
        return format!("“{first}” and “{other}” named the same clips rightly.");
    }
    let judged = match p < 0.05 {
        true => "More than chance would give one of two that are alike.",
        false => "Chance could give as much to one of two that are alike.",
    };
    let p = match p_value(p) {
        p if p.starts_with('<') => format!("p {p}"),
        p => format!("p = {p}"),
    };
    format!(
        "“{first}” alone named {only_first} clips rightly, “{other}” alone {only_other}: {p} by McNemar’s \
         exact test. {judged}"
    )
}

/// Two digits that matter.
pub fn p_value(p: f64) -> String {
    match p {
        p if !p.is_finite() => crate::format::NONE.into(),
        p if p < 0.0001 => "< 0.0001".into(),
        p if p < 0.095 => format!("{p:.*}", (1 - p.log10().floor() as i32).max(0) as usize),
        p => format!("{p:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(estimate: f64, low: f64, high: f64) -> Interval {
        Interval {
            estimate,
            low,
            high,
        }
    }

    #[test]
    fn an_interval_with_zero_tells_nothing_apart() {
        let told = |i| verdict("UAR", "a", "b", i).unwrap();
        assert_eq!(
            told(interval(0.01, -0.004, 0.024)),
            "UAR: the interval of the difference, −0.4 to +2.4 points, contains zero. The data do not \
             tell “b” and “a” apart."
        );
        assert_eq!(
            told(interval(0.023, 0.004, 0.041)),
            "UAR: “b” is better than “a” by 2.3 points (95\u{202f}% interval +0.4 to +4.1)."
        );
        assert!(
            told(interval(-0.023, -0.04, -0.01)).contains("“b” is worse than “a” by 2.3 points")
        );
        assert_eq!(verdict("UAR", "a", "b", Interval::NONE), None);
    }

    #[test]
    fn probabilities_as_written() {
        let cases = [
            (1.0, "1.00"),
            (0.2345, "0.23"),
            (0.0949, "0.095"),
            (0.0271, "0.027"),
            (0.00123, "0.0012"),
            (1e-9, "< 0.0001"),
            (f64::NAN, "–"),
        ];
        for (p, expected) in cases {
            assert_eq!(p_value(p), expected);
        }
    }

    #[test]
    fn a_test_of_clips_that_only_one_named_rightly() {
        let test = |only_first, only_other, p| {
            let test = McNemar {
                only_first,
                only_other,
                p,
            };
            mcnemar("a", "b", test)
        };
        assert!(
            test(31, 52, 0.027)
                .contains("“a” alone named 31 clips rightly, “b” alone 52: p = 0.027")
        );
        assert!(test(31, 52, 0.027).contains("More than chance"));
        assert!(test(3, 4, 1.0).contains("Chance could"));
        assert!(test(0, 99, 1e-20).contains("p < 0.0001"));
        assert_eq!(test(0, 0, 1.0), "“a” and “b” named the same clips rightly.");
    }
}
