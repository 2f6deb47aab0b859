"""A gateway that speaks the used part of Supabase's HTTP interface over a real Postgres, for tests.

See README.md for what it proves, what it does not, and where each shape comes from.
"""

from supabase_gateway.database_roles import prepare_database
from supabase_gateway.gateway import Gateway, Received

__all__ = ["Gateway", "Received", "prepare_database"]
