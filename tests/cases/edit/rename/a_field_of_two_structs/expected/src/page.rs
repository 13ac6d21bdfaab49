pub struct Page {
    pub notes: String,
}
