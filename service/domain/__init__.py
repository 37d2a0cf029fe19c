"""The rules of the trade, pure and without input or output: what a declaration is and when it is right.

Standard library only. Every other room may import this one; it imports nothing of the service.
"""
