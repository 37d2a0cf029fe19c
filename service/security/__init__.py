"""Security, without any database: who sends (wsse, passwords, tokens, limits), what stays secret (encryption, keystore)
and what can be proven (signing).

Pure functions and small objects that are handed their keys, their clock and their settings; each cites its standard.
"""
