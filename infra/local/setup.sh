#!/usr/bin/env bash
# Installs what checking, testing and running needs: packages into .venv, DynamoDB Local and an old Chromium into .local,
# and Java, Node, Chromium and a Chinese font from the system's packages; then builds the page. Says which Python it took,
# and takes no time when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

DYNAMODB=amplify-dynamodb-simulator@2.9.30
DYNAMODB_SHA256=3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9
# Chromium 64, packed with brotli. Its libraries come with the system's Chromium.
OLD_CHROMIUM=chrome-aws-lambda@64.0.3264
OLD_CHROMIUM_SHA256=d702b0f6ae73cfa7e166634a10ab2a7678e62f7baeb5757b7df5fb246f7d84f3

say() { printf '%s\n' "$@" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# 3.11 to 3.13. A command may be there and not run, as a version manager's for a version that is not selected.
is_right_python() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

# Which Python this is, the same in an environment made of it.
identity() { "$1" -c 'import os, sys; print(sys.version, os.path.realpath(sys.base_prefix))' 2>/dev/null; }

# $PYTHON, else 3.13, else 3.11, else what `python3` is; never that of .venv, which the Makefile's PATH begins with.
find_python() {
  local candidates=(python3.13 python3.11 python3) candidate
  [[ -z ${PYTHON:-} ]] || candidates=("$PYTHON")
  local PATH=":$PATH:"
  PATH="${PATH//:"$PWD/.venv/bin":/:}" PATH="${PATH#:}" PATH="${PATH%:}"
  for candidate in "${candidates[@]}"; do
    if is_right_python "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

no_python() {
  [[ -z ${PYTHON:-} ]] || die "PYTHON=$PYTHON 不能用：需要 Python 3.11 至 3.13（含 venv）。" \
    "PYTHON=$PYTHON does not run as Python 3.11 to 3.13 with venv."
  die "需要 Python 3.11 至 3.13（含 venv）。" "Python 3.11 to 3.13 with venv is needed."
}

# .venv, remade when another Python is chosen; packages, again when the lock changed.
install_packages() {
  local python stamp=.venv/requirements.sha256 hash
  python="$(find_python)" || no_python
  if [[ "$(identity .venv/bin/python)" != "$(identity "$python")" ]]; then
    rm -rf .venv
    "$python" -m venv .venv
  fi
  say "$(.venv/bin/python --version)（.venv）"
  hash="$(sha256sum <requirements-dev.txt)"
  [[ -f $stamp && "$(<"$stamp")" == "$hash" ]] && return
  say "安装 Python 依赖到 .venv …（installing Python packages）"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
  echo "$hash" >"$stamp"
}

has_chinese_font() { have fc-list && [[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]]; }

# One a line.
missing_system_packages() {
  [[ -n ${PYTHON:-} ]] || find_python >/dev/null || printf '%s\n' python3 python3-venv
  have java || echo default-jre-headless
  have chromium || have chromium-browser || have google-chrome || echo chromium
  have node || echo nodejs
  have npm || echo npm
  has_chinese_font || printf '%s\n' fontconfig fonts-noto-cjk
}

install_system_packages() {
  local missing as_root=()
  mapfile -t missing < <(missing_system_packages)
  ((${#missing[@]} == 0)) && return
  local advice="请手动安装：${missing[*]}（please install these by hand）"
  have apt-get || die "缺少系统软件包，而这里没有 apt-get。" "System packages are missing and there is no apt-get here." "$advice"
  if [[ "$(id -u)" != 0 ]]; then
    have sudo || die "缺少系统软件包，需要 root 或 sudo。" "System packages are missing; root or sudo is needed." "$advice"
    as_root=(sudo)
    [[ -t 0 ]] || as_root=(sudo -n)
  fi
  say "安装系统软件包：${missing[*]} …（installing system packages）"
  local log=.local/log/apt.log
  mkdir -p .local/log
  if ! { "${as_root[@]}" apt-get -q update &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "系统软件包安装失败，详见 $log。" "Installing system packages failed, see $log." "$advice"
  fi
}

# The tests are quicker with it, and do without it. Debian has it from version 12 on.
install_headless_shell() {
  have chromium-headless-shell || ! have apt-get || [[ "$(id -u)" != 0 || -f .local/no-headless-shell ]] && return
  say "安装 chromium-headless-shell …（installing it, for quicker tests）"
  mkdir -p .local
  { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends chromium-headless-shell; } \
    >.local/apt-headless.log 2>&1 || touch .local/no-headless-shell
}

# fetch NAME PACKAGE SHA256 MEMBER: .local/NAME becomes a folder of the npm package, unless it is there. Unpacked beside
# its place and moved there whole, so that a broken run never leaves half of it. A function unpack_NAME may change it before.
fetch() {
  local home=.local/$1 package=$2 sha256=$3 member=$4 fresh
  [[ -f $home/package && "$(<"$home/package")" == "$package" ]] && return
  say "下载 $package …（fetching it）"
  mkdir -p .local
  fresh="$(mktemp -d "$home-XXXXXX")"
  # shellcheck disable=SC2064
  trap "rm -rf '$fresh'" EXIT
  (cd "$fresh" && npm pack --loglevel=error "$package" >/dev/null) || die "无法下载 $package。" "Could not fetch $package."
  echo "$sha256  $(echo "$fresh"/*.tgz)" | sha256sum --check --status ||
    die "$package 的校验和不符。" "The checksum of $package does not match."
  tar -xzf "$fresh"/*.tgz -C "$fresh" "package/$member"
  if declare -F "unpack_$1" >/dev/null; then "unpack_$1" "$fresh/package/$member"; fi
  echo "$package" >"$fresh/package/$member/package"
  rm -rf "$home"
  mv "$fresh/package/$member" "$home"
  rm -rf "$fresh"
}

unpack_old-chromium() {
  node -e 'const { brotliDecompressSync } = require("zlib"), { readFileSync, writeFileSync } = require("fs");
    writeFileSync(process.argv[2], brotliDecompressSync(readFileSync(process.argv[1])), { mode: 0o755 });' \
    "$1/chromium.br" "$1/chromium" || die "无法解开旧版 Chromium。" "Could not unpack the old Chromium."
  rm "$1/chromium.br"
}

install_system_packages
install_headless_shell
install_packages
fetch dynamodb "$DYNAMODB" "$DYNAMODB_SHA256" emulator
[[ "$(uname -m)" != x86_64 ]] || fetch old-chromium "$OLD_CHROMIUM" "$OLD_CHROMIUM_SHA256" bin
.venv/bin/python -m infra.build.esbuild
