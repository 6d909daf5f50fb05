//! Journeys on the real application.
