//! Writes each event, and each span that closes, as one line of JSON to the log.
//!
//! A line has the fields of all spans around it, so that each line of a request has its id.

use serde_json::Value;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};
use worker::{Date, console_debug, console_error, console_log, console_warn};

use crate::fields::Fields;

/// The field of a request's span that keeps the lines in it out of the log, if it is false.
const SAMPLED: &str = "sampled";

/// Makes this the log of the worker. Macros of `tracing` do nothing before that.
pub fn install() {
    let log = Registry::default().with(LevelFilter::INFO).with(JsonLayer);
    // Fails if there is one already, which is as good.
    tracing::subscriber::set_global_default(log).ok();
}

struct JsonLayer;

/// What is kept of a span until it closes.
struct Open {
    fields: Fields,
    /// In milliseconds since 1970.
    since: u64,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let since = Date::now().as_millis();
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Open { fields, since });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(&mut open.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = fields_around(context.event_span(event));
        event.record(&mut line);
        write(*event.metadata().level(), line);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let since = span.extensions().get::<Open>().map(|open| open.since);
        let level = *span.metadata().level();
        let mut line = Fields::default();
        line.put("span", span.name());
        if let Some(since) = since {
            line.put("ms", Date::now().as_millis().saturating_sub(since));
        }
        line.merge(fields_around(Some(span)));
        write(level, line);
    }
}

/// Returns the fields of a span and of those around it. Of fields with one name, the innermost
/// counts.
fn fields_around<'a, S: LookupSpan<'a>>(span: Option<SpanRef<'a, S>>) -> Fields {
    let spans = span.into_iter().flat_map(|span| span.scope().from_root());
    let mut around = Fields::default();
    for span in spans {
        if let Some(open) = span.extensions().get::<Open>() {
            around.merge(open.fields.clone());
        }
    }
    around
}

fn write(level: Level, mut line: Fields) {
    let is_sampled = line.take(SAMPLED) != Some(Value::Bool(false));
    if !is_sampled && level > Level::WARN {
        return;
    }
    line.put("level", level.as_str());
    match level {
        Level::ERROR => console_error!("{line}"),
        Level::WARN => console_warn!("{line}"),
        Level::INFO => console_log!("{line}"),
        _ => console_debug!("{line}"),
    }
}
