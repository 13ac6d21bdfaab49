pub struct Migration {
    pub id: &'static str,
    pub name: &'static str,
    pub up: &'static str,
    pub down: Option<&'static str>,
}
