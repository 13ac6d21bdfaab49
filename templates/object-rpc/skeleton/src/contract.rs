//! What a show can do: the methods that can be called, their arguments and their results.
//!
//! Both sides implement `Seats`, so the compiler compares them: the object in `show_do.rs` and its
//! stub in `show_stub.rs`. Only the names of the methods in JavaScript are not compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub trait Seats {
    async fn plan(&self) -> worker::Result<Plan>;
    async fn reserve(&self, reservation: Reservation) -> worker::Result<Answer<Reservation>>;
    async fn release(&self, seat: u32) -> worker::Result<Answer<()>>;
}

/// What a method returns that may refuse. A call that fails is an error of the platform instead.
pub type Answer<T> = Result<T, Refusal>;

/// All seats of a show, which are numbered from 1.
#[derive(Serialize, Deserialize)]
pub struct Plan {
    pub seats: u32,
    /// Who has reserved which seat.
    pub reserved: BTreeMap<u32, String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Reservation {
    pub seat: u32,
    pub name: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    NoSuchSeat,
    NotReserved,
    Taken,
    BadName,
}

impl Plan {
    /// Reserves a seat. A caller whose call was cut off may repeat it.
    pub fn reserve(&mut self, Reservation { seat, name }: Reservation) -> Answer<()> {
        if !(1..=60).contains(&name.chars().count()) {
            return Err(Refusal::BadName);
        }
        if !(1..=self.seats).contains(&seat) {
            return Err(Refusal::NoSuchSeat);
        }
        let owner = self.reserved.entry(seat).or_insert_with(|| name.clone());
        (*owner == name).then_some(()).ok_or(Refusal::Taken)
    }

    pub fn release(&mut self, seat: u32) -> Answer<()> {
        let owner = self.reserved.remove(&seat);
        owner.map(|_| ()).ok_or(Refusal::NotReserved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let reserved = BTreeMap::from([(1, "Ada".into())]);
        Plan { seats: 2, reserved }
    }

    fn reserve(plan: &mut Plan, seat: u32, name: &str) -> Answer<()> {
        let name = name.into();
        plan.reserve(Reservation { seat, name })
    }

    #[test]
    fn a_seat_belongs_to_the_first_who_reserves_it() {
        let mut plan = plan();
        assert_eq!(reserve(&mut plan, 1, "Ada"), Ok(()));
        assert_eq!(reserve(&mut plan, 1, "Bob"), Err(Refusal::Taken));
        assert_eq!(reserve(&mut plan, 2, "Bob"), Ok(()));
        assert_eq!(plan.reserved[&1], "Ada");
        assert_eq!(plan.reserved[&2], "Bob");
    }

    #[test]
    fn only_seats_of_the_show_can_be_reserved() {
        for seat in [0, 3, u32::MAX] {
            assert_eq!(reserve(&mut plan(), seat, "Ada"), Err(Refusal::NoSuchSeat));
        }
    }

    #[test]
    fn a_name_is_measured_in_characters() {
        assert_eq!(reserve(&mut plan(), 2, &"é".repeat(60)), Ok(()));
        for name in ["", &"é".repeat(61)] {
            assert_eq!(reserve(&mut plan(), 2, name), Err(Refusal::BadName));
        }
    }

    #[test]
    fn a_seat_is_released_once() {
        let mut plan = plan();
        assert_eq!(plan.release(1), Ok(()));
        assert_eq!(plan.release(1), Err(Refusal::NotReserved));
    }
}
