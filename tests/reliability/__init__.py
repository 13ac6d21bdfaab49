"""The promises about bad input, interruptions and full disks: what counts their cases, and the page with the result."""
