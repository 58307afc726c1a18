"""How the site is built: from all the documents in `server/`, which link to one another as they stand there."""

from __future__ import annotations

import sys
from pathlib import Path

SERVER = Path(__file__).parents[1]
sys.path.insert(0, str(SERVER))

import spooky_asyncio  # noqa: E402 - the checkout's own

project = "spooky-asyncio"
release = spooky_asyncio.__version__
extensions = ["myst_parser", "sphinx_click", "sphinx_copybutton"]

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "editors/*.md", "spooky_asyncio/rules/*.md"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
# In the commands' help, as in Markdown, code stands between single backticks.
default_role = "code"

nitpicky = True

html_theme = "furo"
html_title = "spooky-asyncio"
html_favicon = str(SERVER.parent / "vscode-client" / "icon.png")
html_static_path = [str(Path(__file__).with_name("static"))]
html_css_files = ["site.css"]
templates_path = [str(Path(__file__).with_name("templates"))]
# Who opens the site's folder is led to its first page.
html_additional_pages = {"index": "first_page.html"}
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
copybutton_prompt_text = "$ "
