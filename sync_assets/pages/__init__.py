"""The pages for those who schedule events: a server-rendered web application. It knows no SQL.

`application.py` puts it together. A page is a function from a `Visit` to a response; its module lists it in `ROUTES`.
"""
