"""Edits of wrangler files and manifests that keep every other byte."""
