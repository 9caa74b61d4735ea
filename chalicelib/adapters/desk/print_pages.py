"""The print pages and screens with the units' codes, as HTML documents that need nothing else."""

from collections.abc import Sequence
from typing import Any

from chalicelib.adapters.desk.desk_pages import environment
from chalicelib.domain.desk.materials import STICKERS, TITLES, Material, MaterialTexts, UnitCode, letters

TEMPLATE = {Material.STICKERS: "stickers", Material.SHEET: "code-sheet"}
"""The others are placards: the same content in three formats."""
QUIET = 4
"""The blank modules around a code that its standard asks for."""


def print_page(material: Material, codes: Sequence[UnitCode], texts: MaterialTexts) -> str:
    """Returns the document: a page or a screen a unit, or one list of all."""
    template = environment().get_template(f"{template_of(material)}.html")
    return template.render(page_values(material, codes, texts), nonce="")


def template_of(material: Material) -> str:
    return TEMPLATE.get(material, "placard")


def page_values(material: Material, codes: Sequence[UnitCode], texts: MaterialTexts) -> dict[str, Any]:
    """Returns what the template of `template_of` shows."""
    return {
        "title": TITLES[material],
        "kind": material.value,
        "codes": [(code.unit, code_svg(code.address)) for code in codes],
        "texts": texts,
        "stickers": range(STICKERS),
        "letters": letters,
    }


def code_svg(address: str) -> str:
    """Returns the code as SVG for an HTML document; the style sheet gives its size."""
    import segno  # heavy: only for QR codes

    code = segno.make(address, error="m", micro=False)
    # Without crispEdges, hair lines of the ground show between the rows of modules.
    drawn: str = code.svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None)
    return drawn.replace("<svg", '<svg shape-rendering="crispEdges"', 1)
