"""The shelf: a release that keeps the database of a captured repository, for whoever has no database server.

Each kept database is two assets: the packed database, and then its manifest. Without the manifest, or where
anything in it is not so, there is no database.
"""
