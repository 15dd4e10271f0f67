"""No dose, weight or concentration is asked or shown anywhere in what the program says."""

import re
from pathlib import Path

import setsetting

TOP = Path(setsetting.__file__).parent
SAID = re.compile(
    r"\d\s*(mg|mcg|µg|ug|ng)\b|\b(mg|mcg|µg|ng)\s*/\s*(kg|ml|h)|\bkilograms?\b|\bbody ?weight\b", re.IGNORECASE
)


def test_no_text_of_the_program_or_its_playlists_names_an_amount_of_a_drug() -> None:
    texts = [
        *TOP.rglob("*.py"),
        *TOP.rglob("*.html"),
        *(TOP.parent / "playlists").glob("*.toml"),
        *TOP.glob("_playlists/*.toml"),
    ]
    assert len(texts) > 50
    found = [(path.name, match[0]) for path in texts for match in SAID.finditer(path.read_text(encoding="utf-8"))]
    assert found == []
