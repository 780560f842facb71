#!/usr/bin/env bash
# A hook for pre-commit: check.sh [--url=URL] [--policy=FILE] [--limits='max_macs=5G …'] [--options='batch_size=8 …'] -- MODEL…
# The service is --url, else $LAYERGAUGE_URL, else http://localhost:3000. Prints the Markdown of each model that breaks its budget.
# Ends with 0 where all keep it, 1 where one breaks it, 2 where that could not be found out.
set -euo pipefail

# shellcheck source=deploy/github-action/ask.sh
source "$(dirname "${BASH_SOURCE[0]}")/../github-action/ask.sh"

url=${LAYERGAUGE_URL:-http://localhost:3000}
token=${LAYERGAUGE_TOKEN:-}
policy=''
limits=''
options=''
model=''

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  printf "layergauge: ${model:+%q: }%s\n" ${model:+"$model"} "$1" >&2
  shift
  if [[ $# -gt 0 ]]; then printf '  %s\n' "$@" >&2; fi
  exit 2
}

while [[ $# -gt 0 && $1 != -- ]]; do
  case $1 in
    --url=*) url=${1#*=} ;;
    --policy=*) policy=${1#*=} ;;
    --limits=*) limits=${1#*=} ;;
    --options=*) options=${1#*=} ;;
    # A model's file name is never taken for an option.
    *) fail "unexpected \"$1\"; args are --url=, --policy=, --limits=, --options=, and -- at the end" ;;
  esac
  shift
done
[[ $# -gt 0 ]] || fail 'args must end with --, after which pre-commit puts the names of the models'
shift

one_line url "$url"
one_line token "$token"
check_url
if [[ -n $policy ]]; then check_file policy "$policy"; fi
query='fail=true'
add_query "$limits"
add_query "$options"

breaches=0
for name in "$@"; do
  model=$name
  check_file model "$model"
  ask text/markdown "$folder/check.md"
  if [[ $status == 422 && $media_type == text/markdown* ]]; then
    breaches=$((breaches + 1))
    printf '%q\n\n' "$model"
    cat "$folder/check.md"
  elif [[ $status != 200 ]]; then
    refused "$folder/check.md"
  fi
done
((breaches == 0)) || exit 1
