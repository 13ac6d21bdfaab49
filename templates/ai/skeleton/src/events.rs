//! The events that a client gets. No Worker types here.

use serde_json::json;

/// A server-sent event: a piece of the answer, or the way in which it ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Text(String),
    Done,
    BrokenOff,
}

impl Event {
    pub const fn is_last(&self) -> bool {
        !matches!(self, Self::Text(_))
    }

    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => format!("data: {}\n\n", json!({ "text": text })),
            Self::Done => "event: done\ndata: {}\n\n".into(),
            Self::BrokenOff => {
                "event: error\ndata: {\"title\":\"the answer broke off\"}\n\n".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_line_breaks_is_one_line_of_the_event() {
        let event = Event::Text("a\nb".into());
        assert_eq!(event.into_text(), "data: {\"text\":\"a\\nb\"}\n\n");
    }

    #[test]
    fn only_a_text_is_followed_by_more() {
        assert!(!Event::Text("a".into()).is_last());
        assert!(Event::Done.is_last() && Event::BrokenOff.is_last());
    }
}
