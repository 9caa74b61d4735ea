"""botocore's session, one for all clients of a thread.

Making a session reads botocore's data again (60 ms in a plain package); another client of a session takes 5 ms.
"""

import threading

import botocore
from botocore.config import Config
from botocore.session import Session, get_session

USER_AGENT = f"Botocore/{botocore.__version__}"
"""A fixed user agent: botocore would assemble its own from some thirty items twice per call, a tenth of the call's
time."""
_thread = threading.local()


def session() -> Session:
    """Returns this thread's session. Threads do not share one: botocore's creation of clients is not thread-safe."""
    return getattr(_thread, "session", None) or renew()


def renew() -> Session:
    """Makes a new session for this thread, with the environment's current credentials."""
    made: Session = get_session()
    made.set_default_client_config(Config(user_agent=USER_AGENT))
    _thread.session = made
    return made
