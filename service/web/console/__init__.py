"""The console: where the Caf's operators search the log, follow campaigns, keep conventions and accounts.

One module a group of pages; each one offers `routes`, a Flask blueprint. A view without `ouverte` has an operator, and
names in `permise` what it asks of the operator's role: a view that names nothing is closed to everybody.
"""
