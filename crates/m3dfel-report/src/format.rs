//! Numbers as the page writes them. What is not finite is a dash.

pub const NONE: &str = "–";

/// A fraction in per cent; the space is narrow and does not break.
pub fn percent(fraction: f64, decimals: usize) -> String {
    if fraction.is_finite() {
        format!("{:.decimals$}\u{202f}%", fraction * 100.0)
    } else {
        NONE.into()
    }
}

/// Whole per cent; what is more than nothing is not called 0.
pub fn whole_percent(fraction: f64) -> String {
    if fraction > 0.0 && fraction < 0.005 {
        "<1\u{202f}%".into()
    } else {
        percent(fraction, 0)
    }
}

/// A difference of fractions in percentage points, with its sign; a true minus, and no sign at nought.
pub fn points(difference: f64, decimals: usize) -> String {
    if !difference.is_finite() {
        return NONE.into();
    }
    let size = format!("{:.decimals$}", difference.abs() * 100.0);
    let nought = !size.contains(|c: char| ('1'..='9').contains(&c));
    match (nought, difference < 0.0) {
        (true, _) => size,
        (_, true) => format!("\u{2212}{size}"),
        (_, false) => format!("+{size}"),
    }
}

pub fn percent_or_none(fraction: Option<f64>, decimals: usize) -> String {
    percent(fraction.unwrap_or(f64::NAN), decimals)
}

pub fn decimal(value: f64, decimals: usize) -> String {
    if value.is_finite() {
        format!("{value:.decimals$}")
    } else {
        NONE.into()
    }
}

/// Four digits that matter, as a power of ten where the number is small or large: 5e-4, 0.0312, 12.5.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        NONE.into()
    } else if size == 0.0 {
        "0".into()
    } else if (0.01..10_000.0).contains(&size) {
        let decimals = (3 - size.log10().floor() as i32).clamp(0, 5) as usize;
        trim(&format!("{value:.decimals$}")).into()
    } else {
        let text = format!("{value:.3e}");
        match text.split_once('e') {
            Some((mantissa, power)) => format!("{}e{power}", trim(mantissa)),
            None => text,
        }
    }
}

fn trim(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

/// A time in a video as players write it: `1:05`, `1:01:05`, with decimals `0:04.2`.
pub fn clock(seconds: f64, decimals: usize) -> String {
    if !seconds.is_finite() {
        return NONE.into();
    }
    let unit = 10f64.powi(decimals as i32);
    // Rounded first, so that no minute has sixty seconds.
    let all = (seconds.abs() * unit).round() / unit;
    let minutes = (all / 60.0).floor();
    let hours = (minutes / 60.0).floor();
    let (rest, width) = (
        all - minutes * 60.0,
        if decimals > 0 { decimals + 3 } else { 2 },
    );
    let sign = if seconds < 0.0 && all > 0.0 {
        "\u{2212}"
    } else {
        ""
    };
    if hours > 0.0 {
        let minutes = minutes - hours * 60.0;
        format!("{sign}{hours}:{minutes:02}:{rest:0width$.decimals$}")
    } else {
        format!("{sign}{minutes}:{rest:0width$.decimals$}")
    }
}

/// A length of time: `2.4 s`, `2 min 12 s`, `1 h 5 min`.
pub fn lasting(seconds: f64) -> String {
    let whole = seconds.abs().round();
    if !seconds.is_finite() {
        NONE.into()
    } else if whole < 60.0 {
        format!("{}\u{202f}s", decimal(seconds, 1))
    } else if whole < 3600.0 {
        let minutes = (whole / 60.0).floor();
        format!("{minutes}\u{202f}min {}\u{202f}s", whole - minutes * 60.0)
    } else {
        let minutes = (whole / 60.0).round();
        let hours = (minutes / 60.0).floor();
        format!("{hours}\u{202f}h {}\u{202f}min", minutes - hours * 60.0)
    }
}

/// At most `limit` characters, the last of them an ellipsis where some were left out.
pub fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.into();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_written() {
        assert_eq!(percent(0.69249, 2), "69.25\u{202f}%");
        assert_eq!(percent(f64::NAN, 2), "–");
        assert_eq!(percent_or_none(None, 1), "–");
        assert_eq!(whole_percent(0.002), "<1\u{202f}%");
        assert_eq!(whole_percent(0.0), "0\u{202f}%");
        assert_eq!(whole_percent(0.006), "1\u{202f}%");
        assert_eq!(whole_percent(f64::NAN), "–");
        assert_eq!(points(0.0123, 1), "+1.2");
        assert_eq!(points(-0.2, 0), "−20");
        assert_eq!(points(-0.0001, 1), "0.0");
        assert_eq!(points(f64::NAN, 1), "–");
        assert_eq!(decimal(f64::INFINITY, 1), "–");
        assert_eq!(short(5e-4), "5e-4");
        assert_eq!(short(3.217e-5), "3.217e-5");
        assert_eq!(short(0.0312), "0.0312");
        assert_eq!(short(12.5), "12.5");
        assert_eq!(short(100.0), "100");
        assert_eq!(short(0.0), "0");
        assert_eq!(short(1e300), "1e300");
    }

    #[test]
    fn times_as_written() {
        let cases = [
            (0.0, 0, "0:00"),
            (4.24, 1, "0:04.2"),
            (59.96, 1, "1:00.0"),
            (59.6, 0, "1:00"),
            (65.0, 0, "1:05"),
            (3599.99, 1, "1:00:00.0"),
            (3665.0, 0, "1:01:05"),
            (-0.5, 1, "\u{2212}0:00.5"),
            (-0.01, 1, "0:00.0"),
            (f64::NAN, 0, "–"),
        ];
        for (seconds, decimals, expected) in cases {
            assert_eq!(clock(seconds, decimals), expected);
        }
        let cases = [
            (2.4, "2.4\u{202f}s"),
            (59.7, "1\u{202f}min 0\u{202f}s"),
            (132.2, "2\u{202f}min 12\u{202f}s"),
            (3599.7, "1\u{202f}h 0\u{202f}min"),
            (7500.0, "2\u{202f}h 5\u{202f}min"),
            (f64::INFINITY, "–"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(lasting(seconds), expected);
        }
    }

    #[test]
    fn clips_at_characters_not_bytes() {
        assert_eq!(clip("überrascht", 5), "über…");
        assert_eq!(clip("fear", 5), "fear");
    }
}
