mod batch;
mod convert;
mod error;
mod model;
mod pagination;
mod raw;
mod table;
mod upsert;

pub use batch::Batch;
pub use error::OrmError;
pub use model::{opt_js, D1Model};
pub use pagination::Page;
pub use raw::{raw_exec, raw_query};
pub use table::Table;
