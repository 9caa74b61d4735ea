"""What the states of a CloudFormation stack mean for `up`, and what an operator does about those it cannot work on."""

READY = frozenset("CREATE_COMPLETE UPDATE_COMPLETE IMPORT_COMPLETE".split())
UPDATABLE = READY | frozenset(
    # Left by a run that failed, which keeps what it made: the next one carries on from there.
    "CREATE_FAILED UPDATE_FAILED UPDATE_ROLLBACK_COMPLETE IMPORT_ROLLBACK_COMPLETE".split()
)
NEW = "REVIEW_IN_PROGRESS"
"""A change set was made for a stack that has nothing yet."""

_ROLLED_BACK = (
    "曾经创建失败并已回滚，不能再更新。请删除这个栈后再执行 up：aws cloudformation delete-stack --stack-name {name}"
)
_ADVICE = {
    "ROLLBACK_COMPLETE": _ROLLED_BACK,
    "ROLLBACK_FAILED": _ROLLED_BACK,
    "IMPORT_ROLLBACK_FAILED": _ROLLED_BACK,
    "UPDATE_ROLLBACK_FAILED": (
        "更新失败，回滚也没有完成。请先让它回滚完，再执行 up："
        "aws cloudformation continue-update-rollback --stack-name {name}"
    ),
    "DELETE_FAILED": "没有删干净。请先查明原因，再删一次：aws cloudformation delete-stack --stack-name {name}",
}


def is_moving(status: str) -> bool:
    """Whether AWS is still at work on it."""
    return status.endswith("_IN_PROGRESS") and status != NEW


def is_not_begun(status: str) -> bool:
    """Behind an execution, a stack that is still only planned has not come to its end."""
    return is_moving(status) or status == NEW


def advice(name: str, status: str) -> str:
    """One line for a stack that cannot be updated as it is."""
    told = _ADVICE.get(status, "请在 CloudFormation 控制台查看。")
    return f"栈 {name}（{status}）" + told.format(name=name)
