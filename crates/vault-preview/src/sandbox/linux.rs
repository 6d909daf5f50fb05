//! Three layers, each of which alone keeps a worker from files: resource limits (no new descriptors), Landlock, seccomp.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Is, SeccompCondition as Condition,
    SeccompFilter, SeccompRule, apply_filter_all_threads,
};

use super::limits::{Limits, SandboxUnavailable};

pub fn enter(limits: Limits) -> Result<(), SandboxUnavailable> {
    // Compiled first: that takes memory, and no permission.
    let filter = filter()?;
    hide()?;
    forbid_files()?;
    // Afterwards, since building Landlock's rules needs a file descriptor.
    limit(limits)?;
    apply_filter_all_threads(&filter).map_err(|_| SandboxUnavailable)
}

/// Forbids core dumps and debuggers: the process will hold a document.
fn hide() -> Result<(), SandboxUnavailable> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| SandboxUnavailable)
}

fn limit(limits: Limits) -> Result<(), SandboxUnavailable> {
    let Limits { memory, processor_seconds } = limits;
    for (what, most) in [
        (Resource::Core, 0),
        (Resource::As, memory),
        (Resource::Data, memory),
        (Resource::Cpu, processor_seconds),
        (Resource::Fsize, 0),
        // Open descriptors stay open.
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
        (Resource::Memlock, 0),
    ] {
        let most = Some(most);
        setrlimit(what, Rlimit { current: most, maximum: most }).map_err(|_| SandboxUnavailable)?;
    }
    Ok(())
}

/// Forbids opening, creating and executing any path; on newer kernels connections and signals too.
fn forbid_files() -> Result<(), SandboxUnavailable> {
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .map_err(|_| SandboxUnavailable)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V6)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .map_err(|_| SandboxUnavailable)?;
    rules.create().and_then(|rules| rules.restrict_self()).map_err(|_| SandboxUnavailable)?;
    Ok(())
}

/// The allowed system calls with their arguments. Any other ends the process.
fn filter() -> Result<BpfProgram, SandboxUnavailable> {
    let private = u64::from(libc::MAP_PRIVATE.cast_unsigned() | libc::MAP_ANONYMOUS.cast_unsigned());
    let kind = u64::from(0xf | libc::MAP_ANONYMOUS.cast_unsigned());
    let executable = u64::from(libc::PROT_EXEC.cast_unsigned());
    let not_executable = || argument(2, Is::MaskedEq(executable), 0);
    let rules = BTreeMap::from([
        // The two pipes, no other inherited descriptor.
        (libc::SYS_read, vec![rule([argument(0, Is::Eq, 0)])?]),
        (libc::SYS_write, vec![rule([argument(0, Is::Eq, 1)])?]),
        // Private memory that is not executable.
        (libc::SYS_mmap, vec![rule([not_executable(), argument(3, Is::MaskedEq(kind), private)])?]),
        (libc::SYS_mprotect, vec![rule([not_executable()])?]),
        (libc::SYS_mremap, vec![]),
        (libc::SYS_munmap, vec![]),
        (libc::SYS_madvise, vec![]),
        (libc::SYS_brk, vec![]),
        // Used by the standard library at any time.
        (libc::SYS_futex, vec![]),
        (libc::SYS_getrandom, vec![]),
        (libc::SYS_clock_gettime, vec![]),
        (libc::SYS_sigaltstack, vec![]),
        (libc::SYS_rt_sigreturn, vec![]),
        (libc::SYS_restart_syscall, vec![]),
        (libc::SYS_exit, vec![]),
        (libc::SYS_exit_group, vec![]),
    ]);
    let architecture = std::env::consts::ARCH.try_into().map_err(|_| SandboxUnavailable)?;
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture);
    filter.and_then(TryInto::try_into).map_err(|_| SandboxUnavailable)
}

type Part = Result<Condition, seccompiler::BackendError>;

/// A condition on the low four bytes of an argument.
fn argument(number: u8, is: Is, value: u64) -> Part {
    Condition::new(number, Len::Dword, is, value)
}

fn rule<const N: usize>(parts: [Part; N]) -> Result<SeccompRule, SandboxUnavailable> {
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>();
    parts.and_then(SeccompRule::new).map_err(|_| SandboxUnavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Landlock applies to the calling thread, so a test can use it alone.
    #[test]
    fn landlock_alone_denies_files_and_programs() {
        let alone = std::thread::spawn(|| {
            forbid_files().unwrap();
            let denied = std::io::ErrorKind::PermissionDenied;
            assert_eq!(std::fs::File::open("/etc/passwd").unwrap_err().kind(), denied);
            assert_eq!(std::fs::read_dir("/").unwrap_err().kind(), denied);
            assert!(std::fs::write(std::env::temp_dir().join("coffer-written"), "x").is_err());
            assert!(std::process::Command::new("/bin/true").status().is_err());
        });
        alone.join().unwrap();
        assert!(std::fs::File::open("/etc/passwd").is_ok(), "other threads are not restricted");
    }
}
