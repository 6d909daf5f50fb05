//! Three walls, each enough to keep a drawing process from files: limits (no new files), Landlock, seccomp.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Is, SeccompCondition as Condition,
    SeccompFilter, SeccompRule, apply_filter_all_threads,
};

use super::{Limits, NotShutIn};

pub fn enter(limits: Limits) -> Result<(), NotShutIn> {
    // Compiled first: it takes memory and asks for nothing.
    let filter = filter()?;
    hide()?;
    forbid_files()?;
    // After that, since Landlock's rules are a file for a moment.
    limit(limits)?;
    apply_filter_all_threads(&filter).map_err(|_| NotShutIn)
}

/// No core dump, and nobody attaches: the process will hold a document.
fn hide() -> Result<(), NotShutIn> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| NotShutIn)
}

fn limit(limits: Limits) -> Result<(), NotShutIn> {
    let Limits { memory, processor_seconds } = limits;
    for (what, most) in [
        (Resource::Core, 0),
        (Resource::As, memory),
        (Resource::Data, memory),
        (Resource::Cpu, processor_seconds),
        (Resource::Fsize, 0),
        // Those that are open stay so.
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
        (Resource::Memlock, 0),
    ] {
        let most = Some(most);
        setrlimit(what, Rlimit { current: most, maximum: most }).map_err(|_| NotShutIn)?;
    }
    Ok(())
}

/// Allows no path to be opened, made or run. Newer kernels forbid connections and signals as well.
fn forbid_files() -> Result<(), NotShutIn> {
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .map_err(|_| NotShutIn)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V6)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .map_err(|_| NotShutIn)?;
    rules.create().and_then(|rules| rules.restrict_self()).map_err(|_| NotShutIn)?;
    Ok(())
}

/// Names every call that is allowed, and with which arguments. Any other ends the process.
fn filter() -> Result<BpfProgram, NotShutIn> {
    let private = u64::from(libc::MAP_PRIVATE.cast_unsigned() | libc::MAP_ANONYMOUS.cast_unsigned());
    let kind = u64::from(0xf | libc::MAP_ANONYMOUS.cast_unsigned());
    let executable = u64::from(libc::PROT_EXEC.cast_unsigned());
    let not_executable = || argument(2, Is::MaskedEq(executable), 0);
    let rules = BTreeMap::from([
        // Through the two pipes and no other file that may have come along.
        (libc::SYS_read, vec![rule([argument(0, Is::Eq, 0)])?]),
        (libc::SYS_write, vec![rule([argument(0, Is::Eq, 1)])?]),
        // Memory of its own that holds no program.
        (libc::SYS_mmap, vec![rule([not_executable(), argument(3, Is::MaskedEq(kind), private)])?]),
        (libc::SYS_mprotect, vec![rule([not_executable()])?]),
        (libc::SYS_mremap, vec![]),
        (libc::SYS_munmap, vec![]),
        (libc::SYS_madvise, vec![]),
        (libc::SYS_brk, vec![]),
        // What the standard library asks for at any time.
        (libc::SYS_futex, vec![]),
        (libc::SYS_getrandom, vec![]),
        (libc::SYS_clock_gettime, vec![]),
        (libc::SYS_sigaltstack, vec![]),
        (libc::SYS_rt_sigreturn, vec![]),
        (libc::SYS_restart_syscall, vec![]),
        (libc::SYS_exit, vec![]),
        (libc::SYS_exit_group, vec![]),
    ]);
    let architecture = std::env::consts::ARCH.try_into().map_err(|_| NotShutIn)?;
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture);
    filter.and_then(TryInto::try_into).map_err(|_| NotShutIn)
}

type Part = Result<Condition, seccompiler::BackendError>;

/// An argument of a call, of which the kernel looks at four bytes.
fn argument(number: u8, is: Is, value: u64) -> Part {
    Condition::new(number, Len::Dword, is, value)
}

fn rule<const N: usize>(parts: [Part; N]) -> Result<SeccompRule, NotShutIn> {
    let parts = parts.into_iter().collect::<Result<Vec<_>, _>>();
    parts.and_then(SeccompRule::new).map_err(|_| NotShutIn)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Landlock is for the thread that asks, so it can be tried alone here.
    #[test]
    fn landlock_alone_keeps_files_and_connections_away() {
        let alone = std::thread::spawn(|| {
            forbid_files().unwrap();
            let denied = std::io::ErrorKind::PermissionDenied;
            assert_eq!(std::fs::File::open("/etc/passwd").unwrap_err().kind(), denied);
            assert_eq!(std::fs::read_dir("/").unwrap_err().kind(), denied);
            assert!(std::fs::write(std::env::temp_dir().join("coffer-written"), "x").is_err());
            assert!(std::process::Command::new("/bin/true").status().is_err());
        });
        alone.join().unwrap();
        assert!(std::fs::File::open("/etc/passwd").is_ok(), "other threads are as they were");
    }
}
