"""The pages: an extranet for ESATs' people, a console for the Caf's operators, on one base.

==================  =================================================================================================
``base``            one Flask application a space: cookies, CSRF, headers, errors; every view is closed unless `ouverte`
``site``            what the pages are made with
``gestes``          what every view asks of the request: who acts, from where
``filtres``         dates, amounts and numbers as French readers expect them
``erreurs``         an error of ours → a page; somebody else's things are a 404 and an entry of the log
``extranet/``       one module a group of pages of ESATs' people
``console/``        one module a group of pages of operators
``templates/``      Jinja2: ``gabarits/`` shared, then one folder a space
``static/``         Bootstrap's style sheet (MIT, unchanged) and ours; scripts, each one optional
==================  =================================================================================================

Pages work without scripts; nothing is inline, so that the Content-Security-Policy allows nothing inline. Views map
forms to use cases and results to templates, as endpoints of ``soap`` do; they hold no rule.
"""
