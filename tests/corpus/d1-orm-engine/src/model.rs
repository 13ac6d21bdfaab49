use d1_orm_query::{opt_val, Value};

pub trait D1Model: Sized + for<'de> serde::Deserialize<'de> {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    fn values(&self) -> Vec<Value>;
}

pub fn opt_js<T: Into<Value>>(val: Option<T>) -> Value {
    opt_val(val)
}
