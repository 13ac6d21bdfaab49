#[derive(Debug)]
pub enum OrmError {
    Bind,
    Execute,
    Deserialize,
    NotFound,
    Migration(String),
    Raw(String),
}

impl std::fmt::Display for OrmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OrmError::Bind => write!(f, "failed to bind query parameters"),
            OrmError::Execute => write!(f, "query execution failed"),
            OrmError::Deserialize => write!(f, "failed to deserialize row"),
            OrmError::NotFound => write!(f, "record not found"),
            OrmError::Migration(s) => write!(f, "migration error: {}", s),
            OrmError::Raw(s) => write!(f, "raw query error: {}", s),
        }
    }
}

impl std::error::Error for OrmError {}
