//! Tells automatic e-mails from those that a person has begun. No Worker types here.

use mail_parser::{HeaderValue, Message};

/// Applies RFC 3834: nobody reads the answer to a notice, to a list's message or to an answer.
pub fn is_automatic(message: &Message) -> bool {
    let is_marked = |name, usual: &str| {
        header(message, name).is_some_and(|value| !value.eq_ignore_ascii_case(usual))
    };
    is_marked("Auto-Submitted", "no")
        || is_marked("X-Auto-Response-Suppress", "none")
        || is_marked("Precedence", "normal")
        || message.header("List-Id").is_some()
        || *message.in_reply_to() != HeaderValue::Empty
        || message.header("References").is_some()
}

/// Returns a header as one line.
pub fn header(message: &Message, name: &'static str) -> Option<String> {
    let lines = message.header_raw(name)?.lines().map(str::trim);
    Some(lines.collect::<Vec<_>>().join(" ").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn is_marked(headers: &str) -> bool {
        let raw = format!("Message-ID: <1@example.com>\r\n{headers}\r\nHello\r\n");
        is_automatic(&MessageParser::default().parse(&raw).unwrap())
    }

    #[test]
    fn only_what_a_person_has_begun_is_not_automatic() {
        assert!(!is_marked(""));
        assert!(!is_marked("Auto-Submitted: no\r\n"));
        for header in [
            "Auto-Submitted: auto-replied",
            "X-Auto-Response-Suppress: All",
            "Precedence: bulk",
            "List-Id: <tea.example.com>",
            "In-Reply-To: <0@example.com>",
            "References: <0@example.com>",
        ] {
            assert!(is_marked(&format!("{header}\r\n")), "{header}");
        }
    }
}
