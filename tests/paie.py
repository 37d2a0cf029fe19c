"""Payroll files as people and spreadsheets write them, good and bad."""

from pathlib import Path

SAMPLES = Path(__file__).resolve().parent / "samples" / "paie"
