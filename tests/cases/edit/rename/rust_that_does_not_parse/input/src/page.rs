pub fn page( {
