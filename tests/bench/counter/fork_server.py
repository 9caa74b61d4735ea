"""Imported only by the server process from which the killed ones are forked: it reads AWS's models for all of them."""

from functools import cache

from botocore import session

session.create_loader = cache(session.create_loader)
session.get_session().create_client("dynamodb", region_name="us-east-1")
