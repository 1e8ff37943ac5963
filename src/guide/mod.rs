//! Pages for newcomers: from wiring to a first page, and from elsewhere to here.

#[doc = include_str!("first_page.md")]
pub mod first_page {}

#[doc = include_str!("from_micropython.md")]
pub mod from_micropython {}

#[doc = include_str!("from_esp_at_nal.md")]
pub mod from_esp_at_nal {}
