//! Schedules that once showed a fault.

use super::{Simulation, run_with};

/// An item was moved by a device that had not received all of its history, and so deleted what only others had.
#[test]
fn devices_converge_where_a_value_was_lost() {
    run_with(Simulation::new(51_537, false));
}
