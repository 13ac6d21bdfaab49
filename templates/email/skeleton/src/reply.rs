//! The text of the acknowledgement, an e-mail with its headers. No Worker types here.

use crate::letter::Letter;

const TEXT: &str = "Thank you for your message. It has arrived, and a person will answer it.";

/// Writes the acknowledgement of a letter, which refers to it by its id.
pub fn acknowledge(letter: &Letter, from: &str, to: &str) -> String {
    let id = &letter.id;
    // The id of a message must be unique, and that of the letter is.
    [
        &format!("From: <{from}>"),
        &format!("To: <{to}>"),
        &format!("Subject: {}", subject(&letter.subject)),
        &format!("Message-ID: <reply.{id}>"),
        &format!("In-Reply-To: <{id}>"),
        &format!("References: <{id}>"),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        TEXT,
        "",
    ]
    .join("\r\n")
}

/// Keeps the subject encoded as it was sent, so that any mail program can show it.
fn subject(sent: &str) -> String {
    let is_header = sent.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_header || !(1..500).contains(&sent.len()) {
        return "Re: your message".into();
    }
    let is_reply = sent.to_ascii_lowercase().starts_with("re:");
    format!("{}{sent}", if is_reply { "" } else { "Re: " })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_refers_to_the_letter_and_marks_itself_as_automatic() {
        let raw = b"Message-ID: <1@example.com>\r\nSubject: Tea\r\n\r\nHello\r\n";
        let reply = acknowledge(&Letter::parse(raw).unwrap(), "desk@b.c", "ada@b.c");
        for header in [
            "From: <desk@b.c>\r\nTo: <ada@b.c>\r\nSubject: Re: Tea\r\n",
            "In-Reply-To: <1@example.com>\r\nReferences: <1@example.com>\r\n",
            "Auto-Submitted: auto-replied\r\n",
        ] {
            assert!(reply.contains(header), "{reply}");
        }
        assert!(reply.ends_with(&format!("\r\n\r\n{TEXT}\r\n")));
        assert!(!Letter::parse(reply.as_bytes()).unwrap().wants_reply());
    }

    #[test]
    fn a_subject_stays_a_single_ascii_line() {
        for (sent, expected) in [
            ("Tea", "Re: Tea"),
            ("RE: Tea", "RE: Tea"),
            ("=?utf-8?Q?T=C3=A9?=", "Re: =?utf-8?Q?T=C3=A9?="),
            ("", "Re: your message"),
            ("Té", "Re: your message"),
            ("Tea\r\nBcc: d@e.f", "Re: your message"),
        ] {
            assert_eq!(subject(sent), expected);
        }
    }
}
