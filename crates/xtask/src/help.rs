/// What `cargo xtask help` prints.
pub const TEXT: &str = "\
Usage: cargo xtask COMMAND

  run [-- ARGUMENTS]      install what is missing, build the application and start it
  test [--only PART,…] [--samples DIR]
                          install what is missing and run everything, or the named parts:
                          format  rustfmt, nothing written
                          tidy    rules of the source tree (see `tidy`)
                          interop the Python reader: every vector, every kept profile
                          ui      format, types, lint and unit tests of the interface
                          lint    clippy over the whole workspace, warnings denied
                          rust    unit, property and vector tests
                          bindings generated TypeScript is up to date
                          doc     documentation builds, its examples run
                          screens every screen in Chromium, with axe, on the fake backend
                          e2e     journeys on the real application
                          bundle  a debug .deb installs and starts
                          samples import of a folder of real exports (with --samples DIR or COFFER_SAMPLES)
  tidy                    layers of crates and modules, file sizes, forbidden words, dependency list, licences
  modules [CRATE]         print the modules of each crate or of one: files, lines, circles
  modules --write         draw the floors of the engine in docs/architecture.md anew
  bindings                write ui/src/backend/generated from the view types and the command list
  vectors                 write golden vectors for formats that have none yet
  profiles                write the profiles to be kept for ever that are missing
  samples DIR             import every export file in a folder and compare with the expected counts
  bundle                  make the release .deb and .rpm
  bench [profile|document] measure, beside the bare primitive in the same run
  fuzz [TARGET] [--seconds N]
                          search for inputs that break a law, with cargo-fuzz: one target or all, a minute each
  soak [--seed N] [--rounds N]
                          simulations with new seeds; one that fails says its own
  release-check           advisories, licences, bans and sources with cargo-deny (needs the network)
  help                    this text
";
