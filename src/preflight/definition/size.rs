//! The sizes that Fargate has.

/// CPU units, then the least and the most memory and its steps, in MiB (Amazon ECS developer
/// guide, "Task CPU and memory" of "Fargate task definition parameters").
const SIZES: [(u32, u32, u32, u32); 7] = [
    (256, 512, 2_048, 512),
    (512, 1_024, 4_096, 1_024),
    (1_024, 2_048, 8_192, 1_024),
    (2_048, 4_096, 16_384, 1_024),
    (4_096, 8_192, 30_720, 1_024),
    (8_192, 16_384, 61_440, 4_096),
    (16_384, 32_768, 122_880, 8_192),
];

/// The smallest size goes from 1 GiB to 2 GiB in one step.
const NOT_A_SIZE: (u32, u32) = (256, 1_536);

/// What is wrong with a size, if Fargate has none like it. A CPU that is not in the table may be
/// newer than it.
pub(super) fn wrong(cpu: &str, memory: &str) -> Option<String> {
    let (units, mib) = (units(cpu)?, mebibytes(memory)?);
    let (_, least, most, step) = SIZES.iter().find(|(own, ..)| *own == units)?;
    let has = (*least..=*most).contains(&mib)
        && (mib - least).is_multiple_of(*step)
        && (units, mib) != NOT_A_SIZE;
    (!has).then(|| {
        let choice = if units == 256 {
            "512, 1024 or 2048 MiB".to_owned()
        } else {
            format!("{least} to {most} MiB in steps of {step}")
        };
        format!("Fargate has no size of {units} CPU units with {mib} MiB: it takes {choice}")
    })
}

/// CPU units: `256`, or `.25 vCPU`.
pub(in crate::preflight) fn units(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    match text.strip_suffix("vcpu") {
        None => text.parse().ok(),
        Some(number) => thousandths(number.trim(), 1_024),
    }
}

/// MiB: `512`, or `0.5 GB`.
fn mebibytes(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    match text.strip_suffix("gb") {
        None => text.parse().ok(),
        Some(number) => thousandths(number.trim(), 1_024),
    }
}

/// A decimal number times `unit`, without floating point.
fn thousandths(number: &str, unit: u32) -> Option<u32> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u32 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let part: u32 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(whole.checked_mul(unit)? + part * unit / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_fargate() {
        for (cpu, memory, is_one) in [
            ("256", "512", true),
            ("256", "1024", true),
            ("256", "1536", false),
            ("256", "2048", true),
            ("256", "4096", false),
            (".25 vCPU", "0.5GB", true),
            ("0.5 vcpu", "1 GB", true),
            ("512", "512", false),
            ("1024", "8192", true),
            ("1024", "8193", false),
            ("4096", "30720", true),
            ("8192", "18432", false),
            ("16384", "122880", true),
            // Newer than the table, or no number.
            ("32768", "1", true),
            ("many", "512", true),
        ] {
            assert_eq!(
                wrong(cpu, memory),
                wrong(cpu, memory).filter(|_| !is_one),
                "{cpu} {memory}"
            );
            assert_eq!(wrong(cpu, memory).is_none(), is_one, "{cpu} {memory}");
        }
    }

    #[test]
    fn what_is_wrong_names_what_there_is() {
        assert_eq!(
            wrong("512", "300").as_deref(),
            Some(
                "Fargate has no size of 512 CPU units with 300 MiB: it takes 1024 to 4096 MiB in steps of 1024"
            )
        );
    }
}
