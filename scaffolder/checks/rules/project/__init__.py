"""Rules about Cargo and the project (PJ)."""
