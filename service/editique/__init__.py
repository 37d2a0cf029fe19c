"""Printed matter: what pages and commands hand out as PDF, tagged for screen readers (PDF/UA-1, ISO 14289-1).

``recepisse`` makes the receipt on paper from the facts of the signed one, with the layout in ``recepisse.typ``. Typst
sets the pages: one self-contained library, fonts included. No database: what is printed is handed over.
"""
