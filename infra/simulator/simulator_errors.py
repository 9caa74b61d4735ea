"""What can go wrong, in the three languages the simulator answers in."""


class SimulatorError(Exception):
    """Base of all that follows; nothing else is raised on purpose."""


class ControlError(SimulatorError):
    """A request to `/sim/...` that cannot be served: becomes `{"error": code}` with this HTTP status."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class PlatformError(SimulatorError):
    """An answer of api.weixin.qq.com that is not "ok": HTTP 200, `{"errcode", "errmsg"}`."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


class PayError(SimulatorError):
    """A WeChat Pay answer with `result_code` FAIL and this `err_code`."""

    def __init__(self, err_code: str, description: str) -> None:
        super().__init__(description)
        self.err_code = err_code
        self.description = description


class XmlError(SimulatorError):
    """A body that is not the flat XML WeChat speaks."""


class BadReplyError(SimulatorError):
    """A reply the real WeChat would not show: it tells the follower that the account is out of order."""
