//! usocket.
#![no_std]
