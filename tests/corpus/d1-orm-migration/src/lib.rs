mod error;
mod migration;
mod runner;
mod tracker;

pub use error::MigrationError;
pub use migration::Migration;
pub use runner::{MigrationRunner, MigrationStatus};
