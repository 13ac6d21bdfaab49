#[derive(Debug)]
pub enum OrmError {
    Bind,
    Execute,
    Deserialize,
    NotFound,
}

impl std::fmt::Display for OrmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OrmError::Bind => write!(f, "failed to bind query parameters"),
            OrmError::Execute => write!(f, "query execution failed"),
            OrmError::Deserialize => write!(f, "failed to deserialize row"),
            OrmError::NotFound => write!(f, "record not found"),
        }
    }
}

impl std::error::Error for OrmError {}
