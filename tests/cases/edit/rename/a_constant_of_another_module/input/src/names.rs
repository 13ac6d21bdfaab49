pub const NOTES: &str = "NOTES";
