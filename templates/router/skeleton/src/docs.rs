//! Finds pages of the documentation. No Worker types here.

/// The address of a page below `base`, with the query string of the requested `url`.
pub fn address(base: &str, page: &str, url: &str) -> String {
    let base = base.trim_end_matches('/');
    let query = url.find('?').map_or("", |start| &url[start..]);
    format!("{base}/{page}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str = "https://worker.example/docs/guide/start";

    #[test]
    fn a_page_is_below_the_base_with_or_without_a_trailing_slash() {
        for base in ["https://docs.example", "https://docs.example/"] {
            let address = address(base, "guide/start", ASKED);
            assert_eq!(address, "https://docs.example/guide/start");
        }
    }

    #[test]
    fn a_page_cannot_choose_another_host() {
        for page in [".evil.example", "@evil.example", "/evil.example"] {
            let address = address("https://docs.example", page, ASKED);
            assert_eq!(address, format!("https://docs.example/{page}"));
        }
    }

    #[test]
    fn the_query_is_kept() {
        let asked = format!("{ASKED}?lang=fr&q=what?");
        let address = address("https://docs.example", "guide/start", &asked);
        assert_eq!(address, "https://docs.example/guide/start?lang=fr&q=what?");
    }
}
