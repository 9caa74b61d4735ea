"""Pictures of QR codes."""

import io


def png(text: str) -> bytes:
    """A QR code that is easily read from a phone's screen, as PNG."""
    import segno  # only where a code is drawn

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
