//! Links the programs by `link.x`, and keeps the relocations, by which the audit knows who calls whom.

fn main() {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    println!("cargo::rerun-if-changed=link.x");
    println!("cargo::rustc-link-arg-bins=-T{folder}/link.x");
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
