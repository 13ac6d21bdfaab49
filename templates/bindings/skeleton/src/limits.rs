//! Reads the table of limits, and validates each value separately.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer};

use crate::flaws::Flaws;
use crate::route::is_key;
use crate::settings::Limits;

const SIZES: RangeInclusive<u32> = 1..=100_000;
/// From a minute, the shortest expiry that KV takes, to a year.
const LIFETIMES: RangeInclusive<u32> = 60..=31_536_000;

/// The table before validation. A value that is missing or has the wrong type is `None`, so
/// that it does not hide problems with other values.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Table {
    #[serde(deserialize_with = "if_it_fits")]
    notice_bytes: Option<u32>,
    #[serde(deserialize_with = "if_it_fits")]
    keep_seconds: Option<u32>,
    #[serde(deserialize_with = "if_it_fits")]
    keep_forever: Option<Vec<String>>,
}

/// Does not fail, because each value of a JavaScript object is read separately.
#[expect(clippy::unnecessary_wraps, reason = "serde requires a result")]
fn if_it_fits<'de, D, T>(value: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(T::deserialize(value).ok())
}

impl Table {
    /// Validates every value; `name` is the table's name.
    pub fn check(self, name: &str, flaws: &mut Flaws) -> Option<Limits> {
        let mut number = |field, found, range| {
            let name = format!("{name}.{field}");
            flaws.sift(&name, check_number(found, range))
        };
        let notice_bytes = number("notice_bytes", self.notice_bytes, &SIZES);
        let keep_seconds = number("keep_seconds", self.keep_seconds, &LIFETIMES);
        let keep_forever = check_keys(self.keep_forever);
        let keep_forever = flaws.sift(&format!("{name}.keep_forever"), keep_forever);
        Some(Limits {
            notice_bytes: notice_bytes?,
            keep_seconds: keep_seconds?,
            keep_forever: keep_forever?,
        })
    }
}

fn check_number(found: Option<u32>, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let (least, most) = (range.start(), range.end());
    let fitting = found.filter(|number| range.contains(number));
    fitting.ok_or_else(|| format!("must be a whole number from {least} to {most}"))
}

fn check_keys(found: Option<Vec<String>>) -> Result<Vec<String>, String> {
    let fitting = found.filter(|keys| keys.iter().all(|key| is_key(key)));
    fitting.ok_or_else(|| "must be a list of keys of notices".into())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn check(table: Value) -> Result<Limits, String> {
        let mut flaws = Flaws::default();
        let table: Table = from_value(table).unwrap();
        table.check("T", &mut flaws).ok_or(flaws.to_string())
    }

    /// Puts each value into an otherwise valid table, and expects the flaw.
    fn expect_flaw(field: &str, values: &Value, flaw: &str) {
        for value in values.as_array().unwrap() {
            let mut table = json!({"notice_bytes": 1, "keep_seconds": 60, "keep_forever": []});
            table[field] = value.clone();
            assert_eq!(check(table), Err(format!("T.{field} {flaw}")), "{value}");
        }
    }

    #[test]
    fn a_valid_table_is_read() {
        let table = json!({"notice_bytes": 1, "keep_seconds": 60, "keep_forever": ["rules"]});
        let limits = check(table).unwrap();
        assert_eq!((limits.notice_bytes, limits.keep_seconds), (1, 60));
        assert_eq!(limits.keep_forever, ["rules"]);
    }

    #[test]
    fn a_number_is_whole_and_within_its_range() {
        let flaw = "must be a whole number from 1 to 100000";
        let values = json!([0, 100_001, -1, 1.5, "1", true, null]);
        expect_flaw("notice_bytes", &values, flaw);
        let flaw = "must be a whole number from 60 to 31536000";
        expect_flaw("keep_seconds", &json!([59, 31_536_001]), flaw);
    }

    #[test]
    fn keep_forever_lists_valid_keys_of_notices() {
        let values = json!([["House Rules"], [""], [1], "rules", {}]);
        expect_flaw("keep_forever", &values, "must be a list of keys of notices");
    }

    #[test]
    fn a_missing_value_does_not_hide_other_flaws() {
        let flaws = check(json!({"keep_seconds": 59})).unwrap_err();
        let names = flaws.lines().map(|flaw| flaw.split(' ').next().unwrap());
        let fields = ["T.notice_bytes", "T.keep_seconds", "T.keep_forever"];
        assert!(names.eq(fields));
    }
}
