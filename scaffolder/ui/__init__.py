"""Everything that is shown or asked: reports, progress, prompts, SARIF and JUnit."""
