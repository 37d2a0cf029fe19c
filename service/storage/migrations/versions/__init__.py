"""Revisions, numbered in order; each is written for SQLite and PostgreSQL alike and never changed once released."""
