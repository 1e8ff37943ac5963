//! Typed AT commands.
#![no_std]
