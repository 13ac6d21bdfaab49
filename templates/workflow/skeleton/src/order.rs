//! What is ordered and paid, and the validation of it. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// An order. It is the parameter of a workflow, which the runtime stores.
#[derive(Serialize, Deserialize)]
pub struct Order {
    pub item: String,
    pub count: u32,
    /// Lets the first attempt of the first step fail, to see that the second one succeeds.
    pub rehearse: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    Error,
    Panic,
}

/// The payload of the event that an order waits for.
#[derive(Serialize, Deserialize)]
pub struct Payment {
    pub cents: u32,
}

/// How an order ends.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "outcome")]
pub enum Outcome {
    /// Times are milliseconds since 1970.
    Dispatched {
        cents: u32,
        reserved_at: u64,
        dispatched_at: u64,
    },
    /// Nobody paid in time.
    Cancelled,
}

impl Order {
    pub fn check(&self) -> Result<()> {
        if !(1..=60).contains(&self.item.chars().count()) {
            return Err(Error::Invalid("an item must have 1 to 60 characters"));
        }
        if !(1..=1000).contains(&self.count) {
            return Err(Error::Invalid("a count must be from 1 to 1000"));
        }
        Ok(())
    }
}

impl Payment {
    pub fn check(&self) -> Result<()> {
        if self.cents == 0 {
            return Err(Error::Invalid("a payment must be at least 1 cent"));
        }
        Ok(())
    }
}

/// Checks an order's id. The runtime takes more, but only one spelling of an id shall be valid.
pub fn check_id(id: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=40).contains(&id.len()) && id.bytes().all(is_plain) && !id.starts_with('-');
    fits.then_some(()).ok_or(Error::BadId)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: &str, count: u32) -> Result<()> {
        let (item, rehearse) = (item.into(), None);
        Order {
            item,
            count,
            rehearse,
        }
        .check()
    }

    #[test]
    fn an_item_is_measured_in_characters() {
        assert!(check(&"é".repeat(60), 1).is_ok());
        for item in ["", &"é".repeat(61)] {
            assert!(matches!(check(item, 1), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn a_count_is_from_one_to_a_thousand() {
        assert!(check("tea", 1).is_ok() && check("tea", 1000).is_ok());
        for count in [0, 1001, u32::MAX] {
            assert!(matches!(check("tea", count), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn a_payment_is_more_than_nothing() {
        assert!(Payment { cents: 1 }.check().is_ok());
        assert!(matches!(
            Payment { cents: 0 }.check(),
            Err(Error::Invalid(_))
        ));
    }

    #[test]
    fn an_id_is_short_and_plain() {
        assert!(check_id("tea-1").is_ok() && check_id(&"a".repeat(40)).is_ok());
        for id in ["", "Tea", "-tea", "t%20a", &"a".repeat(41)] {
            assert!(matches!(check_id(id), Err(Error::BadId)));
        }
    }
}
