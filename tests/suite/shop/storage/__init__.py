"""Where the goods are."""

from .cellar import fetch_up, lock_cellar
from .shelf import Shelf

__all__ = ["Shelf", "fetch_up", "lock_cellar"]
