"""The catalogue: its manifests, its pinned versions, and rendering by Copier."""
