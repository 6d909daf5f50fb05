//! The container image of the server, built and tried.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{
    prerequisites,
    process::{self, Context as _, Result, note},
    project,
};

/// The release of Debian that the image is made from, and the name by which the container file calls it.
const RELEASE: &str = "trixie";
const BASE: &str = "debian:13-slim";

/// Sets a server up in a new container, with the folder that the image has, and checks it.
const TRIAL: &str = "coffer-server init --address https://127.0.0.1:8443 && coffer-server check";

/// Builds the image on a base that is made from Debian's packages, so that nobody's image is trusted, and tries it.
pub fn check() -> Result {
    prerequisites::prepare_container()?;
    process::run(&mut project::cargo(["build", "--release", "-p", "vault-server"]))?;
    let folder = project::scratch("container")?;
    let base = folder.join("base.tar");
    if !base.is_file() {
        note("making the base image");
        process::run(Command::new("mmdebstrap").args(["--quiet", "--variant=minbase", RELEASE]).arg(&base))?;
    }
    let image = |arguments: &[&str]| {
        let mut command = Command::new("buildah");
        command.args(["--storage-driver", "vfs", "--root"]).arg(folder.join("images"));
        command.arg("--runroot").arg(folder.join("run")).args(arguments);
        command
    };
    let begin = |from: &[&str]| Ok(process::read(&mut image(from))?.trim().to_owned());
    let container = begin(&["from", "scratch"])?;
    process::run(image(&["add", "--quiet", &container]).arg(&base).arg("/"))?;
    process::run(&mut image(&["commit", "--quiet", "--rm", &container, BASE]))?;
    build(
        &mut image(&["build", "--pull=never", "--isolation", "chroot", "--tag", "coffer-server"]),
        &folder,
    )?;
    let container = begin(&["from", "--pull-never", "coffer-server"])?;
    process::run(&mut image(&["run", "--isolation", "chroot", &container, "--", "sh", "-ec", TRIAL]))?;
    process::run(&mut image(&["rm", "--all"]))
}

/// Builds the image from a folder with nothing but the program, so that nothing else is copied.
fn build(command: &mut Command, folder: &Path) -> Result {
    let (context, program) = (folder.join("context"), "target/release/coffer-server");
    let target = context.join(program);
    let parent = target.parent().unwrap_or(&context);
    fs::create_dir_all(parent).context(parent)?;
    fs::copy(project::root().join(program), &target).context(&target)?;
    let file = project::root().join("packaging/server/Containerfile");
    process::run(command.arg("--file").arg(file).arg(&context))
}
