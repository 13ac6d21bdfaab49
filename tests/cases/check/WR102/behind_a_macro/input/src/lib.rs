include!("counter.rs");
