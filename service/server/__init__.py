"""Processes and sockets: how the WSGI application is served, watched and stopped."""
