pub const DRAFTS: &str = "DRAFTS";
