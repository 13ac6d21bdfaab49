//! Decides what is cached, and for how long. No Worker types here.

/// For responses whose upstream gives no time.
const USUAL: &str = "public, max-age=60";

/// In bytes. While a response is stored, what the client has not read yet is held in memory, so
/// a longer one, or one of unknown length, is only streamed.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What decides whether a response may be stored.
pub struct Facts {
    pub status: u16,
    pub control: String,
    pub vary: String,
    pub sets_cookie: bool,
    pub length: Option<u64>,
}

/// Returns the `Cache-Control` with which a response is stored, or nothing if it must not be.
pub fn control(facts: &Facts) -> Option<String> {
    let control = facts.control.to_ascii_lowercase();
    let forbids = |word: &&str| ["no-store", "no-cache", "private"].contains(word);
    let words = || control.split([',', '=']).map(str::trim);
    // The cache has one response for each address, so it must not depend on headers.
    let varies = !facts.vary.is_empty() && !facts.vary.eq_ignore_ascii_case("accept-encoding");
    let is_small = facts.length.is_some_and(|length| length <= LARGEST);
    let is_shared = !facts.sets_cookie && !varies && !words().any(|word| forbids(&word));
    let usual = || {
        if control.is_empty() {
            USUAL.into()
        } else {
            control.clone()
        }
    };
    (facts.status == 200 && is_small && is_shared).then(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            status: 200,
            control: String::new(),
            vary: String::new(),
            sets_cookie: false,
            length: Some(1000),
        }
    }

    #[test]
    fn a_response_is_stored_for_the_time_that_the_upstream_gives() {
        assert_eq!(control(&good()).unwrap(), USUAL);
        let given = Facts {
            control: "Public, max-age=5".into(),
            ..good()
        };
        assert_eq!(control(&given).unwrap(), "public, max-age=5");
        let encoded = Facts {
            vary: "Accept-Encoding".into(),
            ..good()
        };
        assert!(control(&encoded).is_some());
    }

    #[test]
    fn what_others_must_not_get_is_not_stored() {
        for word in [
            "no-store",
            "private",
            "max-age=5, No-Cache",
            "private=\"x-a\"",
        ] {
            let facts = Facts {
                control: word.into(),
                ..good()
            };
            assert_eq!(control(&facts), None, "{word}");
        }
        assert_eq!(
            control(&Facts {
                sets_cookie: true,
                ..good()
            }),
            None
        );
        assert_eq!(
            control(&Facts {
                vary: "accept-language".into(),
                ..good()
            }),
            None
        );
        assert_eq!(
            control(&Facts {
                vary: "*".into(),
                ..good()
            }),
            None
        );
    }

    #[test]
    fn errors_parts_and_long_responses_are_not_stored() {
        for status in [206, 302, 404, 500] {
            assert_eq!(control(&Facts { status, ..good() }), None);
        }
        for length in [None, Some(LARGEST + 1)] {
            assert_eq!(control(&Facts { length, ..good() }), None);
        }
        assert!(
            control(&Facts {
                length: Some(LARGEST),
                ..good()
            })
            .is_some()
        );
    }
}
