//! What a model streams: server-sent events in one of two forms. No Worker types here.

use std::mem;

use serde::Deserialize;
use serde_json::Value;

use crate::events::Event;

/// Part of an answer, as the model sends it.
#[derive(Deserialize)]
struct Chunk {
    /// In models with Cloudflare's interface. A text of digits may be a number.
    response: Option<Value>,
    /// In models with `OpenAI`'s interface.
    #[serde(default)]
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Delta,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

impl Chunk {
    fn into_text(self) -> String {
        match self.response {
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            _ => {
                let texts = self.choices.into_iter();
                texts.filter_map(|choice| choice.delta.content).collect()
            }
        }
    }
}

/// Reads the model's events. It keeps what belongs to a line that is not complete yet.
#[derive(Default)]
pub struct Parser {
    line: Vec<u8>,
}

impl Parser {
    /// Returns the events that these bytes complete, up to the last of the answer. The bytes may
    /// end anywhere, also within a character.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            events.extend(event_of(&mem::take(&mut self.line)));
            if events.last().is_some_and(Event::is_last) {
                break;
            }
        }
        events
    }
}

fn event_of(line: &[u8]) -> Option<Event> {
    let data = line.strip_prefix(b"data:")?.trim_ascii();
    if data == b"[DONE]" {
        return Some(Event::Done);
    }
    match serde_json::from_slice(data).map(Chunk::into_text) {
        Ok(text) => (!text.is_empty()).then_some(Event::Text(text)),
        Err(_) => Some(Event::BrokenOff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "data:{\"response\":\"é\"}\r\n\ndata: {\"response\":7}\n\ndata: [DONE]\n";

    #[test]
    fn an_answer_may_be_cut_anywhere() {
        for at in 0..ANSWER.len() {
            let (one, other) = ANSWER.as_bytes().split_at(at);
            let mut parser = Parser::default();
            let mut events = parser.push(one);
            events.extend(parser.push(other));
            let texts = ["é", "7"].map(|text| Event::Text(text.into()));
            assert!(events.starts_with(&texts) && events[2..] == [Event::Done]);
        }
    }

    #[test]
    fn both_interfaces_are_read() {
        for (chunk, text) in [
            (r#"{"response":"a","usage":{}}"#, "a"),
            (r#"{"response":7}"#, "7"),
            (r#"{"choices":[{"delta":{"content":"b"}}]}"#, "b"),
            (r#"{"choices":[{"delta":{"reasoning_content":"c"}}]}"#, ""),
        ] {
            let found: Chunk = serde_json::from_str(chunk).unwrap();
            assert_eq!(found.into_text(), text, "{chunk}");
        }
    }

    #[test]
    fn lines_without_data_are_skipped() {
        assert_eq!(Parser::default().push(b": comment\nevent: ping\n\n"), []);
    }

    #[test]
    fn what_is_no_chunk_ends_the_answer_as_broken_off() {
        let events = Parser::default().push(b"data: {\n\ndata: {\"response\":\"late\"}\n\n");
        assert_eq!(events, [Event::BrokenOff]);
    }
}
