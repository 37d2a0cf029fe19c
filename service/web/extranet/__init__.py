"""The extranet: where ESATs' people log in, look at what was sent, declare by hand, and keep their accounts.

One module a group of pages; each one offers `routes`, a Flask blueprint. A view without `ouverte` has a visitor.
"""
