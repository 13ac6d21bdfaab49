"""The names that Cloudflare accepts for resources; the wrangler file holds any text.

Not here: the refusals, which are the callers'.
"""

import re

QUEUE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
