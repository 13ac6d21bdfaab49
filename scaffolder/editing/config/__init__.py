"""Edits the text of wrangler files and manifests, and keeps every other byte."""
