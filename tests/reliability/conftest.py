from __future__ import annotations

from cli.conftest import project
from lsp.conftest import editor

__all__ = ["editor", "project"]
