//! The fields of a span, an event or a line of the log.

use std::fmt::{self, Debug, Display};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

#[derive(Clone, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    pub fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Adds other fields, which replace those of the same name.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

/// Writes them as JSON, in one line.
impl Display for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

/// Keeps numbers and Booleans as they are. All else becomes text.
impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field.name(), format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;
    use tracing::{Event, Subscriber};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
    use tracing_subscriber::registry::Registry;

    use super::*;

    #[test]
    fn a_line_is_json_whatever_is_in_it() {
        let mut fields = Fields::default();
        fields.put("path", "/a\"b\n");
        fields.put("status", 200);
        assert_eq!(fields.to_string(), r#"{"path":"/a\"b\n","status":200}"#);
    }

    #[test]
    fn numbers_and_booleans_stay_what_they_are() {
        struct Keep(Arc<Mutex<String>>);
        impl<S: Subscriber> Layer<S> for Keep {
            fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
                let mut fields = Fields::default();
                event.record(&mut fields);
                *self.0.lock().unwrap() = fields.to_string();
            }
        }
        let line = Arc::new(Mutex::default());
        let log = Registry::default().with(Keep(Arc::clone(&line)));
        with_default(log, || {
            tracing::info!(
                count = -7,
                is_new = true,
                ratio = 0.5,
                size = 7_u64,
                text = "a"
            );
        });
        let expected = r#"{"count":-7,"is_new":true,"ratio":0.5,"size":7,"text":"a"}"#;
        assert_eq!(*line.lock().unwrap(), expected);
    }

    #[test]
    fn fields_of_the_same_name_are_replaced() {
        let (mut outer, mut inner) = (Fields::default(), Fields::default());
        outer.put("part", "worker");
        inner.put("part", "object");
        outer.merge(inner);
        assert_eq!(outer.take("part"), Some("object".into()));
        assert_eq!(outer.take("part"), None);
    }
}
