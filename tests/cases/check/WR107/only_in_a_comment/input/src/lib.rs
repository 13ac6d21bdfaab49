use worker::*;

// let notes = env.kv("NOTES")?;
