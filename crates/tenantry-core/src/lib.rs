//! The pure heart of Tenantry.
//!
//! Bytes come in as values and leave as values: nothing here touches a disk, a clock, the environment, a thread or a
//! terminal, and a lint keeps it so. What is wrong with a workspace is a [`diagnostic::Diagnostic`], never a panic.
//!
//! Read in this order: [`layer`] (what folders say), [`register`] (cookies and tables), [`content`] (documents),
//! [`site`] (a tenant's pages), [`artifact`] (what stands beside them), [`manifest`] (what was made of all of it),
//! [`publish`] (where it goes), [`hosting`] (how web servers are told to serve it); [`leak`], which keeps tenants out of
//! each other's sites, [`lint`], the rules of `check`, and [`export`], the register in the formats of others.

pub mod artifact;
pub mod colour;
pub mod content;
pub mod diagnostic;
pub mod digest;
pub mod duration;
pub mod export;
pub mod hosting;
pub mod language;
pub mod layer;
pub mod leak;
pub mod lint;
pub mod manifest;
pub mod name;
pub mod path;
pub mod publish;
pub mod register;
pub mod schema;
pub mod site;
pub mod source;
pub mod suggest;
pub mod theme;
