"""The nouns of `./contest`, in the order of its help."""

from infra.operator import (
    account_commands,
    audit_commands,
    bank_commands,
    desk_commands,
    log_command,
    payout_commands,
    people_commands,
    plan_commands,
    privacy_commands,
    rehearse_command,
    run_command,
    smoke_command,
    status_command,
    switch_commands,
    unit_commands,
)
from infra.operator.cloud import domain_commands, secret_commands, stack_commands
from infra.operator.command_line import Noun
from infra.operator.doctor import doctor_commands


def contest() -> Noun:
    """Returns the whole command."""
    top = Noun(help="竞赛运维命令 / the operators' command")
    for noun in (
        status_command.status,
        doctor_commands.doctor,
        switch_commands.switches,
        desk_commands.desk,
        rehearse_command.rehearsal,
        people_commands.people,
        privacy_commands.person,
        privacy_commands.purging,
        unit_commands.units,
        plan_commands.plan,
        payout_commands.payouts,
        smoke_command.smoke,
        audit_commands.books,
        log_command.log,
        account_commands.account,
        account_commands.menu,
        run_command.functions,
        bank_commands.files,
        bank_commands.bank,
        stack_commands.stack,
        secret_commands.secrets,
        domain_commands.domain,
    ):
        top.add_typer(noun, rich_help_panel=noun.about or None)
    return top
