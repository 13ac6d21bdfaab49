use crate::counter::Counter;

pub type Tally = Counter;
