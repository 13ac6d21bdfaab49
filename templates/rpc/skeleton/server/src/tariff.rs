//! The tariff. No Worker types here, so that `cargo test` can run it.

use contract::{Answer, Parcel, Quote, Refusal};

/// Prices a parcel, or returns why it is refused. The surcharge is added to each price.
pub fn quote(parcel: &Parcel, surcharge: u32) -> Answer {
    let (heaviest, days, first, further) = zone(&parcel.country).ok_or(Refusal::NoSuchCountry)?;
    match parcel.grams {
        0 => return Err(Refusal::NoWeight),
        grams if grams > heaviest => return Err(Refusal::TooHeavy),
        _ => {}
    }
    let cents = first + further * (parcel.grams.div_ceil(1000) - 1) + surcharge;
    Ok(Quote { cents, days })
}

/// What holds for parcels to a country: the maximum weight in grams, the days that they take, and
/// the prices in cents of the first kilogram and of each further one or part of one.
pub fn zone(country: &str) -> Option<(u32, u32, u32, u32)> {
    match country {
        "FR" => Some((30_000, 2, 690, 110)),
        "BE" | "DE" | "ES" | "IT" | "LU" => Some((20_000, 4, 1290, 240)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(country: &str, grams: u32, surcharge: u32) -> Answer {
        let country = country.into();
        super::quote(&Parcel { country, grams }, surcharge)
    }

    #[test]
    fn a_part_of_a_kilogram_costs_as_much_as_a_whole_one() {
        for (grams, cents) in [(1, 690), (1000, 690), (1001, 800), (30_000, 3880)] {
            assert_eq!(quote("FR", grams, 0), Ok(Quote { cents, days: 2 }));
        }
    }

    #[test]
    fn the_surcharge_is_added() {
        let (cents, days) = (1340, 4);
        assert_eq!(quote("DE", 500, 50), Ok(Quote { cents, days }));
    }

    #[test]
    fn a_parcel_that_cannot_be_sent_is_refused() {
        assert_eq!(quote("XX", 500, 0), Err(Refusal::NoSuchCountry));
        assert_eq!(quote("FR", 0, 0), Err(Refusal::NoWeight));
        assert_eq!(quote("DE", 20_001, 0), Err(Refusal::TooHeavy));
    }

    #[test]
    fn a_country_outside_all_zones_has_no_parcel_service() {
        assert!(zone("DE").is_some() && zone("XX").is_none());
    }
}
