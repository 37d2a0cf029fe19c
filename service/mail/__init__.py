"""Mails: written from one source in French, sent over SMTP; no database.

``lettres`` turns a letter of ``modeles/`` and its facts into a subject, a text part and an HTML part; ``smtp`` hands
one message to the server and says what became of it.
"""
