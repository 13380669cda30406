//! Figures as a person reads them in a terminal.

/// A fraction as a percentage with two decimals, as the field prints it.
pub fn percent(fraction: f64) -> String {
    format!("{:.2}", 100.0 * fraction)
}

/// A bar for each share of a bag, its height the share.
pub fn bars(shares: impl IntoIterator<Item = f32>) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shares: Vec<f32> = shares.into_iter().collect();
    let most = shares.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    shares
        .iter()
        .map(|share| BARS[((share / most * 7.0).round() as usize).min(7)])
        .collect()
}

/// A time as a person says it.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_shares() {
        assert_eq!(bars([0.5, 0.25, 0.0]), "█▅▁");
        assert_eq!(bars([0.0, 0.0]), "▁▁");
    }

    #[test]
    fn times_read_well() {
        let said = [0.4, 59.6, 61.0, 7260.0, f64::NAN].map(duration);
        assert_eq!(
            said,
            ["0 s", "1 min 00 s", "1 min 01 s", "2 h 01 min", "0 s"]
        );
    }
}
