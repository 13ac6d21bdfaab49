"""The names that Cloudflare accepts for resources, where a wrangler file accepts any text.

Not here: messages about invalid names.
"""

import re

QUEUE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
