//! Puts the memory map of the chip where the linker finds it, and tells the linker its scripts.

use std::env;
use std::fs;
use std::path::PathBuf;

fn main() {
    let chip = if env::var_os("CARGO_FEATURE_RP2350").is_some() { "rp2350" } else { "rp2040" };
    let map = format!("memory/{chip}.x");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(&map, out.join("memory.x")).expect("the memory map can be copied");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed={map}");

    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    if chip == "rp2040" {
        println!("cargo:rustc-link-arg-bins=-Tlink-rp.x");
    }
    println!("cargo:rustc-link-arg-bins=-Tdefmt.x");
}
