use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::harness::{App, Computer, by, by_with};

const MIB: u64 = 1 << 20;
/// The additional memory that a ten times larger document may need.
const ALLOWED_KIB: u64 = 8 * 1024;
/// A real password cost would exceed this and hide the measurement.
const BEFORE_KIB: u64 = 240 * 1024;

#[tokio::test]
async fn a_large_document_needs_as_little_memory_as_a_small_one() {
    let small = peak_of(20 * MIB).await;
    let large = peak_of(200 * MIB).await;
    println!("peak memory: {small} KiB at 20 MiB, {large} KiB at 200 MiB");
    assert!(large <= small + ALLOWED_KIB, "{large} KiB at 200 MiB, {small} KiB at 20 MiB");
}

/// Adds and exports a document on a fresh computer. Returns the peak memory of the application, in KiB.
async fn peak_of(size: u64) -> u64 {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let before = app.peak_memory();
    assert!(before < BEFORE_KIB, "{before} KiB before any operation");
    let original = computer.file("holiday.bin");
    let written = write_noise(&original, size);
    computer.will_open(&[&original]);
    app.begin_item("document").await;
    app.wait_attribute(&by("job-row"), "data-state", "done").await;
    app.click(&by("job-dismiss")).await;
    app.find_and_open("holiday", "holiday").await;

    let copy = computer.file("copy.bin");
    computer.will_save(&copy);
    app.click(&format!(
        "{} {}",
        by_with("attachment-row", "data-name", "holiday.bin"),
        by("attachment-export")
    ))
    .await;
    app.wait_attribute(&by("job-row"), "data-state", "done").await;
    assert_eq!(hash(&copy), written, "the export must equal the source");
    app.screenshot("document").await;
    app.peak_memory()
}

/// Writes an incompressible file, equal for equal sizes, and returns its hash.
fn write_noise(path: &Path, size: u64) -> [u8; 32] {
    let mut file = File::create(path).unwrap();
    let mut hasher = Sha256::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut block = vec![0_u8; 1 << 20];
    for _ in 0..size / MIB {
        for word in block.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word.copy_from_slice(&state.to_le_bytes());
        }
        file.write_all(&block).unwrap();
        hasher.update(&block);
    }
    hasher.finalize().into()
}

fn hash(path: &Path) -> [u8; 32] {
    let mut file = File::open(path).unwrap();
    let mut hasher = Sha256::new();
    let mut block = vec![0_u8; 1 << 20];
    loop {
        match file.read(&mut block).unwrap() {
            0 => return hasher.finalize().into(),
            n => hasher.update(&block[..n]),
        }
    }
}
