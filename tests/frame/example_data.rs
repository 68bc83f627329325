//! The data of the examples is what its source published.

use std::fmt::Write;

use sha2::{Digest, Sha256};

#[test]
fn the_series_of_mauna_loa_is_the_one_that_its_source_names() {
    let data = include_bytes!("../../examples/data/co2.csv");
    let source = include_str!("../../examples/data/README.md");
    let digest = Sha256::digest(data).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    assert_eq!(digest, "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f");
    assert!(source.contains(&digest), "examples/data/README.md names another");
    assert_eq!(data.iter().filter(|byte| **byte == b'\n').count(), 2285);
}
