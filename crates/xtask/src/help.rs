/// The text of `cargo xtask help`.
pub const TEXT: &str = "\
Usage: cargo xtask COMMAND

  run [-- ARGUMENTS]      install missing requirements, build the application and start it
  run server [-- ARGUMENTS]
                          build the sync server and start it on the loopback interface
  test [--only PART,…] [--samples DIR]
                          install missing requirements and run every part, or the named ones:
                          format  rustfmt, without writing
                          tidy    rules of the source tree (see `tidy`)
                          interop the Python reader over every vector and kept profile, and at a server
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
  modules --write         update the picture of the engine's floors in docs/architecture.md
  bindings                write ui/src/backend/generated from the view types and the command list
  vectors                 write golden vectors of formats that have none yet
  profiles                write missing profiles that every later version must open
  conversations           record what programs and servers say to each other, as a new version for all later ones
  samples DIR             import every export file of a folder and compare the counts with the expected ones
  bundle                  make the release .deb and .rpm
  bench [NAME…]           measure the engine beside the bare primitives: profile, candidates,
                          keepassxc, health, document, log, team
  bench server [NAME…]    measure the server under load: pushes, sign-ins, chunks, growth, streams
  fuzz [TARGET] [--seconds N]
                          search for inputs that violate a property, with cargo-fuzz: a minute per target
  mutants [ARGUMENTS]     change the verification code of wire and crypto one part at a time, with cargo-mutants;
                          fails for a change that no test notices (hours; `--re FILE` or `--shard 0/40` for a part)
  soak [--seed N] [--rounds N]
                          simulations with new seeds; a failing one prints its seed; then disk faults, and the
                          server over every database and store
  release-check           advisories, licences, bans and sources with cargo-deny, and the server's container image
                          (needs the network)
  help                    this text
";
