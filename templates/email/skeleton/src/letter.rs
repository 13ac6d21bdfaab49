//! An incoming e-mail, parsed: what is in it decides what happens to it. No Worker types here.

use mail_parser::{MessageParser, MimeHeaders};

use crate::automatic::{header, is_automatic};

/// Endings of files that run programs when they are opened.
const EXECUTABLE: [&str; 8] = ["bat", "cmd", "com", "exe", "js", "msi", "scr", "vbs"];

/// What the worker needs to know about an e-mail.
#[derive(Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: String,
    /// As it was sent: plain ASCII, in which other characters are encoded.
    pub subject: String,
    pub attachments: Vec<String>,
    is_automatic: bool,
}

impl Letter {
    /// Parses an e-mail. One without a message id cannot be answered, so it is not accepted.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let names = message.attachments().map(|part| part.attachment_name());
        Some(Self {
            id: message.message_id().filter(|id| is_id(id))?.to_owned(),
            subject: header(&message, "Subject").unwrap_or_default(),
            attachments: names.map(|name| name.unwrap_or("?").to_owned()).collect(),
            is_automatic: is_automatic(&message),
        })
    }

    /// Returns whether an attachment would run a program when it is opened.
    pub fn has_program(&self) -> bool {
        let is_program = |name: &String| EXECUTABLE.contains(&ending(name).as_str());
        self.attachments.iter().any(is_program)
    }

    /// Returns whether an acknowledgement is due. One for an automatic message could start an
    /// endless exchange of such messages.
    pub const fn wants_reply(&self) -> bool {
        !self.is_automatic
    }
}

fn ending(name: &str) -> String {
    // Windows leaves dots and spaces at the end out when it saves a file.
    let name = name.trim_end_matches(['.', ' ']);
    let ending = name.rsplit('.').next().unwrap_or_default();
    ending.to_lowercase()
}

/// Accepts what can be repeated in a header of the reply.
fn is_id(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(headers: &str) -> Option<Letter> {
        let head = "From: Ada <ada@example.com>\r\nTo: desk@example.com\r\n";
        Letter::parse(format!("{head}{headers}\r\nHello\r\n").as_bytes())
    }

    fn with(headers: &str) -> Letter {
        parse(&format!("Message-ID: <1@example.com>\r\n{headers}")).unwrap()
    }

    #[test]
    fn a_subject_is_kept_as_it_was_sent_but_in_one_line() {
        let letter = with("Subject: =?utf-8?B?VGVlIGbDvHI=?=\r\n =?utf-8?B?IG1pY2g=?=\r\n");
        assert_eq!(
            letter.subject,
            "=?utf-8?B?VGVlIGbDvHI=?= =?utf-8?B?IG1pY2g=?="
        );
        assert_eq!(letter.id, "1@example.com");
    }

    #[test]
    fn a_message_without_an_id_is_not_accepted() {
        assert_eq!(parse("Subject: Tea\r\n"), None);
        for id in ["", "<>", "<t e a@example.com>"] {
            assert_eq!(parse(&format!("Message-ID: {id}\r\n")), None, "{id}");
        }
        assert_eq!(Letter::parse(b""), None);
    }

    #[test]
    fn an_attachment_that_runs_a_program_is_refused() {
        let letter = |name: &str| {
            with(&format!(
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
                 --b\r\nContent-Type: text/plain\r\n\r\nHello\r\n\
                 --b\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\nMZ\r\n--b--\r\n"
            ))
        };
        assert_eq!(letter("bill.pdf").attachments, ["bill.pdf"]);
        assert!(!letter("bill.pdf").has_program());
        for name in ["bill.exe", "bill.pdf.JS", "bill.exe.", "bill.exe. "] {
            assert!(letter(name).has_program(), "{name}");
        }
    }
}
