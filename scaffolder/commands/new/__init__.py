"""Makes a project: `scaffold new`."""
