"""Looks into the files of a catalogue: an overlay, a catalogue of this project's shape, or a template of Copier.

Not here: fetching them (`opening.py`).
"""

from __future__ import annotations

from dataclasses import replace

from scaffolder.catalogue import template_configuration
from scaffolder.catalogue.sources import overlay, shape
from scaffolder.catalogue.sources.opening import Files
from scaffolder.core.foreign import Foreign


def foreign(files: Files, name: str = "", notes: tuple[str, ...] = ()) -> Foreign:
    """Return a catalogue with what is in it.

    Args:
        files: Its files.
        name: The name by which the user registered it.
        notes: Sentences for the user about how it was taken.

    Raises:
        BadInput: It is neither a catalogue nor a template.
        TrustRefused: Reading it takes too much.
    """
    if overlay.is_one(files.folder):
        return replace(overlay.laid(files), name=name, notes=notes)
    shape.refuse_no_template(files.folder, files.address.shown)
    configuration = template_configuration.configuration(files.folder, files.address.shown)
    return replace(shape.described(files, configuration, name), notes=notes)
