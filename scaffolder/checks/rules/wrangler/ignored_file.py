"""The wrangler file that wrangler reads, where there are several.

Not here: what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading import config_choice
from scaffolder.reading.config import config_search
from scaffolder.reading.project import Worker

TOML = 'name = "notes"\nmain = "build/index.js"\ncompatibility_date = "2026-11-17"\n'
JSON = '{ "name": "notes", "main": "build/index.js", "compatibility_date": "2026-11-17" }\n'


class WR128(Rule):
    """wrangler reads the wrangler file of the worker's folder, and there is only one.

    Why: wrangler prefers wrangler.json, then wrangler.jsonc, to wrangler.toml, in the folders above too, and
    `.wrangler/deploy/config.json` redirects a deploy to another file; what is changed in the file that it ignores is
    never deployed, and another worker may be.

    Fix: keep one of the two, or give the other one to wrangler by `--config`.

    Not checked: files that a command of package.json, of a script or of a workflow gives by `--config`.
    """

    name = "ignored-wrangler-file"
    wrong = {"wrangler.toml": TOML, "wrangler.json": JSON}
    right = {"wrangler.toml": TOML}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the files that are ignored, those beside the worker's and the worker's own."""
        span = worker.config.key("name")
        for path in config_choice.ignored(worker):
            message = f"wrangler reads this file, and ignores {path.name} beside it"
            yield self.found(span, message, fix=f"move what is missing here from {path.name}, and delete that")
        if found := config_choice.preferred(worker):
            read = config_search.shown(found.file)
            fix = f"remove {read}, or give this file to wrangler: --config {worker.file.name}"
            yield self.found(span, f"wrangler ignores this file, and reads {read}: {found.why}", fix=fix)
