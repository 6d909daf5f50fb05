//! Registers every command with Tauri, which then refuses each one that no capability allows.

include!("../crates/vault-api/src/commands/list.rs");

macro_rules! names {
    ($($module:ident :: $command:ident,)*) => {
        &[$(stringify!($command)),*]
    };
}

fn main() {
    println!("cargo:rerun-if-changed=../crates/vault-api/src/commands/list.rs");
    // The interface is embedded in the program.
    println!("cargo:rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(coffer_commands!(names));
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
