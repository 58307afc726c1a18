import pytest

pytest.register_assert_rewrite("editors.driving")
