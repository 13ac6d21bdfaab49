//! The tariff. No Worker types here, so that `cargo test` can run it.

use contract::{Answer, Parcel, Quote, Refusal};

/// The tariff's name. Change it whenever a price changes.
pub const NAME: &str = "2026-01";

/// The extra price of express delivery, in cents. It takes one working day.
const EXPRESS: u32 = 900;

/// Countries with the same prices.
struct Zone {
    countries: &'static [&'static str],
    heaviest: u32,
    days: u32,
    /// For the first kilogram, in cents.
    first: u32,
    /// For each further kilogram or part of one, in cents.
    further: u32,
}

const ZONES: [Zone; 2] = [
    Zone {
        countries: &["FR"],
        heaviest: 30_000,
        days: 2,
        first: 690,
        further: 110,
    },
    Zone {
        countries: &["BE", "DE", "ES", "IT", "LU"],
        heaviest: 20_000,
        days: 4,
        first: 1290,
        further: 240,
    },
];

/// The maximum weight of a parcel to a country, in grams; 0 if there is no parcel service.
pub fn heaviest(country: &str) -> u32 {
    zone(country).map_or(0, |zone| zone.heaviest)
}

/// Prices a parcel, or returns why it is refused. The surcharge is added to each price.
pub fn quote(parcel: &Parcel, surcharge: u32) -> Answer {
    let zone = zone(&parcel.country).ok_or(Refusal::NoSuchCountry)?;
    if parcel.grams == 0 {
        return Err(Refusal::NoWeight);
    }
    if parcel.grams > zone.heaviest {
        return Err(Refusal::TooHeavy);
    }
    let further = zone.further * (parcel.grams.div_ceil(1000) - 1);
    let (express, days) = if parcel.express {
        (EXPRESS, 1)
    } else {
        (0, zone.days)
    };
    let cents = zone.first + further + express + surcharge;
    Ok(Quote { cents, days })
}

fn zone(country: &str) -> Option<&'static Zone> {
    ZONES.iter().find(|zone| zone.countries.contains(&country))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(country: &str, grams: u32) -> Parcel {
        Parcel {
            country: country.into(),
            grams,
            express: false,
        }
    }

    #[test]
    fn a_part_of_a_kilogram_costs_as_much_as_a_whole_one() {
        for (grams, cents) in [(1, 690), (1000, 690), (1001, 800), (30_000, 3880)] {
            assert_eq!(quote(&parcel("FR", grams), 0), Ok(Quote { cents, days: 2 }));
        }
    }

    #[test]
    fn express_and_the_surcharge_are_added() {
        let express = Parcel {
            express: true,
            ..parcel("DE", 500)
        };
        let expected = Quote {
            cents: 2240,
            days: 1,
        };
        assert_eq!(quote(&express, 50), Ok(expected));
    }

    #[test]
    fn a_parcel_that_cannot_be_sent_is_refused() {
        assert_eq!(quote(&parcel("XX", 500), 0), Err(Refusal::NoSuchCountry));
        assert_eq!(quote(&parcel("FR", 0), 0), Err(Refusal::NoWeight));
        assert_eq!(quote(&parcel("DE", 20_001), 0), Err(Refusal::TooHeavy));
    }

    #[test]
    fn a_country_outside_all_zones_has_no_parcel_service() {
        assert_eq!(heaviest("DE"), 20_000);
        assert_eq!(heaviest("XX"), 0);
    }
}
