"""Images of QR codes."""

import io


def png(text: str) -> bytes:
    """Returns a QR code, as PNG, easy to scan from a phone's screen."""
    import segno  # heavy: only for QR codes

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
