//! The hash that says whether the lines that arrived are the lines that were sent.

/// A 64-bit hash of one line without its line break, the same on every machine and in every run.
///
/// [`TestServer::hash`](super::TestServer::hash) is the wrapping sum of it over all stored lines, which does not
/// depend on their order. A loader adds up what it sends and compares:
///
/// ```
/// use influx_core::testing::line_hash;
///
/// let sum = |lines: [&str; 2]| lines.into_iter().map(line_hash).fold(0, u64::wrapping_add);
/// assert_eq!(sum(["m v=1 1", "m v=2 2"]), sum(["m v=2 2", "m v=1 1"]));
/// assert_ne!(sum(["m v=1 1", "m v=2 2"]), sum(["m v=1 2", "m v=2 1"]));
/// ```
#[must_use]
pub fn line_hash(line: &str) -> u64 {
    // odd numbers without structure: digits of pi, and of the golden ratio
    const SEED: u64 = 0x243f_6a88_85a3_08d3;
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = SEED ^ (line.len() as u64).wrapping_mul(STEP);
    let mut words = line.as_bytes().chunks_exact(8);
    for word in &mut words {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(word);
        hash = folded(hash ^ u64::from_le_bytes(bytes), STEP);
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    folded(folded(hash ^ u64::from_le_bytes(last), STEP) ^ SEED, STEP)
}

/// Both halves of the 128-bit product.
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ b.rotate_left(32)) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn similar_lines_have_different_hashes() {
        let mut seen = HashSet::new();
        for n in 0..100_000_u64 {
            assert!(seen.insert(line_hash(&format!("cpu,host=a usage={n} {}", n * 1_000))));
        }
        for len in 0..64 {
            assert!(seen.insert(line_hash(&"\0".repeat(len))));
        }
    }
}
