"""`make build STAGE=prod`: makes a folder in which `chalice package` and `chalice deploy` make the lean zip.

python -m infra.build --stage STAGE [--out FOLDER]
"""

import argparse
import sys
from pathlib import Path

from chalicelib.config import load_contest_file
from chalicelib.config_faults import faults
from infra.build import draw_poster, esbuild, lambda_runtime, packages, staging
from infra.local.processes import LocalError
from infra.project import CHECKOUT, LOCAL, ROOT


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code."""
    if lambda_runtime.running() not in lambda_runtime.SUPPORTED:
        return _refuse(
            f"打包须用 {'、'.join(lambda_runtime.SUPPORTED)} 之一，而这是 {lambda_runtime.running()}。",
            f"Building needs one of {', '.join(lambda_runtime.SUPPORTED)}; this is {lambda_runtime.running()}.",
        )
    given = _parser().parse_args(arguments)
    stages = CHECKOUT.config()["stages"]
    if given.stage not in stages:
        return _refuse(
            f"没有名为 {given.stage} 的环境，可选：{'、'.join(stages)}。",
            f"There is no stage {given.stage}; there are {', '.join(stages)}.",
        )
    out = (given.out or ROOT / "build" / given.stage).resolve()
    if out.exists() and not (out / staging.MARK).exists():
        return _refuse(f"{out} 不是打包目录，不覆盖。", f"{out} was not made by this command, and stays as it is.")
    contest = ROOT / "chalicelib" / "contest.toml"
    if found := faults(contest, deployed=given.stage != LOCAL):
        hint = f"./contest check --stage {given.stage} lists this alone."
        return _refuse(*found, f"The contest file or the question bank is faulty; {hint}")
    try:
        esbuild.ensure_page()
        draw_poster.ensure_poster(load_contest_file(contest))
    except LocalError as error:
        return _refuse(str(error))
    architecture = CHECKOUT.architecture(given.stage)
    with packages.installed(ROOT / "requirements.txt", architecture) as folder:
        staging.build(ROOT, folder, out)
    built = f"{lambda_runtime.running()} {architecture}"
    print(f"✓ 已打包到 {out}（{built}）；在该目录运行 chalice deploy --stage {given.stage} 即可部署")
    print(f"  Built for {built}. Run `chalice deploy --stage {given.stage}` there.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.build", description=__doc__)
    parser.add_argument("--stage", required=True, help="部署环境，见 .chalice/config.json")
    parser.add_argument("--out", type=Path, help="目标目录，默认 build/环境名")
    return parser


def _refuse(*lines: str) -> int:
    print("\n".join(lines), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
