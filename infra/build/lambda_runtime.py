"""Lambda's runtime. Chalice deploys for the Python that it runs on.

python -m infra.build.lambda_runtime --stage STAGE [--yes]     names it; asks if the deployed functions have another
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.operator.operator_errors import unless_missing
from infra.operator.terminal import YES, typed
from infra.project import CHECKOUT, Project

SUPPORTED = ("python3.11", "python3.12", "python3.13")
"""The runtimes that the packages are locked for, by Lambda's names."""


def running() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def deployed(stage: str, client: Any, project: Project = CHECKOUT) -> set[str]:
    """Returns the runtimes of the functions that Chalice recorded; empty if none exists. `client` is Lambda's."""
    arns = [str(one["lambda_arn"]) for one in project.resources(stage) if one["resource_type"] == "lambda_function"]
    found = [unless_missing(partial(client.get_function_configuration, FunctionName=arn)) for arn in arns]
    return {str(configuration["Runtime"]) for configuration in found if configuration}


def main(arguments: Sequence[str] | None = None, project: Project = CHECKOUT) -> int:
    """Returns the exit code: 1 if the runtime would change and nobody agreed."""
    parser = argparse.ArgumentParser(prog="python -m infra.build.lambda_runtime", description=__doc__)
    parser.add_argument("--stage", required=True, help="部署环境，见 .chalice/config.json")
    parser.add_argument("--yes", action="store_true", help="运行环境有变也不再询问")
    given = parser.parse_args(arguments)
    print(f"Lambda 运行环境：{running()}", flush=True)
    try:
        others = deployed(given.stage, boto3.client("lambda"), project) - {running()}
    except (BotoCoreError, ClientError) as error:
        print(f"无法查询已部署的函数：{error}", file=sys.stderr)
        return 1
    change = f"已部署的是 {'、'.join(sorted(others))}，将改为 {running()}。"
    if not others or given.yes or typed(f"{change}继续吗？[y/N] ", change).lower() in YES:
        return 0
    print("未部署。要保持原来的版本：PYTHON=python3.11 make deploy …；要更换：make deploy … YES=1", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
