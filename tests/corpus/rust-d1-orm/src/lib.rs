mod error;
mod model;
mod query;
mod set;
mod table;

pub use error::OrmError;
pub use model::{opt_js, D1Model};
pub use query::{Order, Query};
pub use set::Set;
pub use table::Table;
