#!/usr/bin/env bash
# Checks that one file parses as an ES module; the name ending in .js alone would make node read it as CommonJS.
set -euo pipefail
copy="$(mktemp --suffix=.mjs)"
trap 'rm -f "$copy"' EXIT
cp "$1" "$copy"
if ! complaint="$(node --check "$copy" 2>&1)"; then
  printf '%s: %s\n' "$1" "${complaint//$copy/$1}" >&2
  exit 1
fi
