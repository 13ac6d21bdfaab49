"""The variables by which git names its repository to the programs that it starts, such as hooks.

Not here: the user's own settings of git, which apply.
"""

from __future__ import annotations

import os
import re

CALLERS = re.compile(r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_\w+|NAMESPACE|PREFIX)")


def forget_caller() -> None:
    """Remove the variables: git would use that repository in place of the one of the folder that a command names."""
    for name in list(filter(CALLERS.fullmatch, os.environ)):
        del os.environ[name]
