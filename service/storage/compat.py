"""alembic without what it does not need here; revisions aside, the only module that imports it.

Its templates (mako) would colour pages of errors with pygments where that is installed: six megabytes a process, for
pages that nobody asks for. Told that there is no such plug-in, mako goes without.
"""

import sys

sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type]

from alembic import command  # noqa: E402
from alembic.config import Config  # noqa: E402
from alembic.runtime.migration import MigrationContext  # noqa: E402
from alembic.script import ScriptDirectory  # noqa: E402

__all__ = ["Config", "MigrationContext", "ScriptDirectory", "command"]
