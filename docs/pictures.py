"""Makes the pictures of the documentation from the program itself: `python docs/pictures.py`.

docs/live.svg is the live screen on a made-up session at minute 27 of a 60-minute infusion; no picture
is taken by hand, so that none shows what the program does not.
"""

import asyncio
import re
import sys
from pathlib import Path

from setsetting.tui.app import SetSettingApp
from setsetting.tui.screens.live import LiveScreen

sys.path.append(str(Path(__file__).parents[1] / "tests" / "tui"))
from tui_fake_session import FakeSession

SIZE = (120, 40)
SHORT_PX = 20
"""Textual's export clips the terminal 2.75 px short and cuts the last row's descenders."""


class Pictured(SetSettingApp):
    """The interface on a session that is shown and not played."""

    def open_first(self) -> None:
        self.push_screen(LiveScreen(FakeSession(), None))


async def live(theme: str) -> str:
    """The live screen as SVG."""
    app = Pictured(None, coarse_colours=False)  # type: ignore[arg-type]
    async with app.run_test(size=SIZE) as pilot:
        app.theme = theme
        await pilot.pause()
        return unclipped(app.export_screenshot(title="Set & Setting"))


def unclipped(svg: str) -> str:
    """Mend an export: the clip reaches past the last row, the ids are the same each time, no font is fetched."""

    def longer(found: "re.Match[str]") -> str:
        return f'{found[1]}{float(found[2]) + SHORT_PX}{found[3]}{float(found[4]) + SHORT_PX}"'

    rect = r'(<clipPath id="[^"]*-clip-terminal">\s*<rect x="0" y="0" width=")([\d.]+)(" height=")([\d.]+)"'
    own = re.sub(r"@font-face \{.*?\}|<!-- Generated.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+-", "terminal-", re.sub(rect, longer, own))


def main() -> int:
    folder = Path(__file__).parent
    for name, theme in (("live.svg", "clinic"), ("live-darkroom.svg", "darkroom")):
        (folder / name).write_text(asyncio.run(live(theme)), encoding="utf-8")
        print(folder / name)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
