//! Simulated module.
