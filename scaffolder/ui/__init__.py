"""The user interface: reports, progress, prompts, SARIF and JUnit."""
