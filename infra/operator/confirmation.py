"""Check first, ask last: which deployment a command works on, who the operator is, and their consent to a change."""

import sys
from typing import TYPE_CHECKING

from infra.operator.command_line import flags
from infra.operator.terminal import YES, signed, typed

if TYPE_CHECKING:
    from chalicelib.wiring import Services
    from infra.operator.cloud.aws_clients import Caller


class Declined(Exception):
    """The operator did not confirm."""


class DryRun(Exception):
    """All checks are passed, and the operator asked for no more."""


def deployed(stops: bool = False, must_be_known: bool = False) -> "Services":
    """Selects the deployment of `--stage` and returns its services, after comparing its contest file with this one.

    The options are those of `refuse_other_contest`; once a command's first call has compared, later ones do not.
    Raises OperatorError, ProjectError, SettingsError and ConfigError.
    """
    from chalicelib.wiring import services
    from infra.operator.deployment import use_deployment
    from infra.operator.same_contest import refuse_other_contest

    use_deployment(flags.stage)
    found = services()
    if not flags.compared:
        refuse_other_contest(found, stops, must_be_known)
        flags.compared = True
    return found


def stop_if_dry_run() -> None:
    """Raises DryRun where `--dry-run` is given."""
    if flags.dry_run:
        raise DryRun


def announce(*facts: str) -> None:
    """Prints the deployment in use and the facts, for a change that needs no consent. Raises DryRun."""
    print(_where(deployed()), *facts, sep="\n", file=sys.stderr)
    stop_if_dry_run()


def confirm(question: str, *facts: str, sum_fen: int | None = None) -> None:
    """Prints the deployment in use and the facts, then asks. Raises Declined and DryRun.

    The facts are what the change is about: counts and sums, never an openid. With `sum_fen` the operator types that
    sum in yuan; `--yes` answers this, too.
    """
    announce(*facts)
    consent(f"部署 {deployed().settings.prefix}：{question}", sum_fen)


def consent(question: str, sum_fen: int | None = None) -> None:
    """Only asks. Raises Declined and DryRun."""
    stop_if_dry_run()
    if flags.yes:
        return
    otherwise = f"{question} 需要确认：加上 --yes 再执行。/ Add --yes to confirm."
    if sum_fen is None:
        agrees = typed(f"{question} [y/N] ", otherwise).lower() in YES
    else:
        agrees = _is_sum(typed(f"{question} 请输入总额（元）/ type the sum in yuan: ", otherwise), sum_fen)
    if not agrees:
        raise Declined


def _is_sum(text: str, fen: int) -> bool:
    from chalicelib.domain.prizes import fen_of

    try:
        return fen_of(text.replace(",", "").removesuffix("元").strip()) == fen
    except ValueError:
        return False


def who(by: str | None) -> str:
    """Returns who acts, for the log: the identity at AWS, for the local stack the local user, and the name `--by`."""
    return signed("" if deployed().settings.is_local else _caller().name, by)


def _where(services: "Services") -> str:
    prefix = services.settings.prefix
    if services.settings.is_local:
        return f"部署：{prefix}（本机）"
    return f"部署：{prefix}（账号 {_caller().account}，区域 {_caller().region}）"


def _caller() -> "Caller":
    """Asks AWS once a command."""
    from infra.operator.cloud.aws_clients import Caller, caller_if_known, clients

    if flags.caller is None:
        flags.caller = caller_if_known(clients)
    found: Caller = flags.caller
    return found
