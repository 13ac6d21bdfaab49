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
    pub expires: bool,
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
    // An `Expires` alone is a time too, and often one that has passed. The cache gets no such date.
    let is_dated = facts.expires && control.is_empty();
    let usual = || {
        if control.is_empty() {
            USUAL.into()
        } else {
            control.clone()
        }
    };
    (facts.status == 200 && is_small && is_shared && !is_dated).then(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            status: 200,
            control: String::new(),
            expires: false,
            vary: String::new(),
            sets_cookie: false,
            length: Some(1000),
        }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> Option<String> {
        let mut facts = good();
        change(&mut facts);
        control(&facts)
    }

    #[test]
    fn a_response_is_stored_for_the_time_that_the_upstream_gives() {
        assert_eq!(control(&good()).unwrap(), USUAL);
        let given = with(|facts| facts.control = "Public, max-age=5".into());
        assert_eq!(given.unwrap(), "public, max-age=5");
        assert!(with(|facts| facts.vary = "Accept-Encoding".into()).is_some());
    }

    #[test]
    fn a_response_that_has_only_a_date_is_not_stored_for_the_usual_time() {
        assert_eq!(with(|facts| facts.expires = true), None);
        let both = with(|facts| (facts.expires, facts.control) = (true, "max-age=5".into()));
        assert_eq!(both.unwrap(), "max-age=5");
    }

    #[test]
    fn what_others_must_not_get_is_not_stored() {
        for word in [
            "no-store",
            "private",
            "max-age=5, No-Cache",
            "private=\"x-a\"",
        ] {
            assert_eq!(with(|facts| facts.control = word.into()), None, "{word}");
        }
        assert_eq!(with(|facts| facts.sets_cookie = true), None);
        for vary in ["accept-language", "*"] {
            assert_eq!(with(|facts| facts.vary = vary.into()), None, "{vary}");
        }
    }

    #[test]
    fn errors_parts_and_long_responses_are_not_stored() {
        for status in [206, 302, 404, 500] {
            assert_eq!(with(|facts| facts.status = status), None);
        }
        for length in [None, Some(LARGEST + 1)] {
            assert_eq!(with(|facts| facts.length = length), None);
        }
        assert!(with(|facts| facts.length = Some(LARGEST)).is_some());
    }
}
