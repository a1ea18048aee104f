"""How a test is run on both layouts of the tutorial application's tables.

Every database of a test is made with the fixture `layout`, which is May's unless a test or a module asks for more:

    pytestmark = BOTH_LAYOUTS
"""

from __future__ import annotations

import pytest

from sync_assets.tutorial.tables import LayoutName

BOTH_LAYOUTS = pytest.mark.parametrize("layout", list(LayoutName))
