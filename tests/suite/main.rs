//! End-to-end tests: the program against whole workspaces, from arguments to bytes.
//!
//! A module for each boundary. `fault_NNN_…` is the test of row NNN of the catalogue of faults.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper that finds nothing to read ends its test")]

// What several modules use.
mod built;
mod html;
mod links;
mod report;
mod repository;
mod sound;

mod acceptance;
mod artifacts;
mod browser;
mod canaries;
mod commands;
mod faults_config;
mod faults_content;
mod faults_files;
mod faults_fleet;
mod faults_machine;
mod faults_poison;
mod faults_themes;
mod five_tenants;
mod guides;
mod hosting;
mod house;
mod incremental;
mod layers;
mod leaks;
mod preview;
mod publish;
mod register;
mod rosters;
mod scaffold;
mod schemas;
mod serve;
mod targets;
mod writing;
