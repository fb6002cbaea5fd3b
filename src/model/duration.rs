//! How long something took, lasts or has been, for people: the same everywhere.

use std::time::Duration;

/// A duration that was measured: `0.4s`, `12.3s`, `2m 5s`, `1h 2m`.
///
/// ```
/// use run_admin_task::model::duration::measured;
/// assert_eq!(measured(125_000), "2m 5s");
/// ```
#[must_use]
pub fn measured(millis: i64) -> String {
    let millis = millis.max(0);
    let seconds = millis / 1_000;
    match seconds {
        0..60 => format!("{seconds}.{}s", millis % 1_000 / 100),
        60..3_600 => format!("{}m {}s", seconds / 60, seconds % 60),
        _ => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// A limit, as it would be typed: `45s`, `10m`, `1h 30m`.
#[must_use]
pub fn limit(duration: Duration) -> String {
    humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (millis, expected) in [
            (-5, "0.0s"),
            (430, "0.4s"),
            (12_399, "12.3s"),
            (125_000, "2m 5s"),
            (3_725_000, "1h 2m"),
        ] {
            assert_eq!(measured(millis), expected);
        }
        assert_eq!(limit(Duration::from_millis(5_400_900)), "1h 30m");
    }
}
