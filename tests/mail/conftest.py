"""The SMTP server of the tests."""

from courrier import courrier

__all__ = ["courrier"]
