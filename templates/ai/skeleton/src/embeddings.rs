//! Embeds texts: vectors of texts that mean nearly the same are near to each other.

use serde::{Deserialize, Serialize};
use worker::{Request, Response};

use crate::bindings::Bindings;
use crate::body;
use crate::error::{Error, Result};

/// In bytes. The longest list in a Latin script needs fewer.
const LONGEST_BODY: u64 = 100_000;

const MOST_TEXTS: usize = 20;
const LONGEST_TEXT: usize = 2_000;

#[derive(Deserialize)]
struct Texts {
    texts: Vec<String>,
}

/// The input of a model that embeds texts.
#[derive(Serialize)]
struct Input {
    text: Vec<String>,
}

#[derive(Deserialize)]
struct Output {
    data: Vec<Vec<f64>>,
}

#[derive(Serialize)]
struct Vectors {
    vectors: Vec<Vec<f64>>,
}

pub async fn answer(bindings: &Bindings, mut request: Request) -> Result<Response> {
    body::check_length(&request, LONGEST_BODY)?;
    let Texts { texts: text } = request.json().await.map_err(Error::Unreadable)?;
    check(&text)?;
    let output = bindings.ai.run(&bindings.embedding_model, Input { text });
    let Output { data: vectors } = output.await.map_err(Error::Model)?;
    Ok(Response::from_json(&Vectors { vectors })?)
}

fn check(texts: &[String]) -> Result<()> {
    if !(1..=MOST_TEXTS).contains(&texts.len()) {
        return Err(Error::Invalid("a list must have 1 to 20 texts"));
    }
    let mut lengths = texts.iter().map(|text| text.chars().count());
    if !lengths.all(|length| (1..=LONGEST_TEXT).contains(&length)) {
        return Err(Error::Invalid("a text must have 1 to 2000 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_1_to_20_texts() {
        for (count, is_legal) in [(0, false), (1, true), (20, true), (21, false)] {
            assert_eq!(check(&vec!["a".into(); count]).is_ok(), is_legal, "{count}");
        }
    }

    #[test]
    fn a_text_is_measured_in_characters() {
        assert!(check(&["é".repeat(2_000)]).is_ok());
        for text in [String::new(), "é".repeat(2_001)] {
            assert!(matches!(check(&[text]), Err(Error::Invalid(_))));
        }
    }
}
