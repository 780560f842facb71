#!/usr/bin/env bash
# One step of a GitHub workflow: holds a model against its budget. Inputs come as INPUT_… from action.yml. Writes the Markdown to the step summary,
# annotations to the log, numbers to the outputs. Ends with 0 where the budget is kept, 1 where it is broken, 2 where that could not be found out.
set -euo pipefail

# shellcheck source=deploy/github-action/ask.sh
source "$(dirname "${BASH_SOURCE[0]}")/ask.sh"

model=${INPUT_MODEL:-}
policy=${INPUT_POLICY:-}
url=${INPUT_URL:-}
image=${INPUT_IMAGE:-}
token=${INPUT_TOKEN:-}
sarif_file=${INPUT_SARIF_FILE:-}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
outputs=${GITHUB_OUTPUT:-/dev/null}

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/layergauge.XXXXXX")
leave() {
  # Also one that was made and did not start.
  if [[ -f $folder/container ]]; then docker rm --force "$(<"$folder/container")" >/dev/null 2>&1 || true; fi
  rm -f "$folder/headers"
}
trap leave EXIT

# A value of a workflow command.
command_data() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '%s' "$text"
}

fail() {
  local sentence
  printf '## ⚠️ layergauge could not check the model\n\n' >>"$summary"
  for sentence in "$@"; do
    printf '::error title=layergauge::%s\n' "$(command_data "$sentence")"
    # An indented line is text, whatever it holds.
    sentence=${sentence//$'\n'/ }
    printf '    %s\n' "$sentence" >>"$summary"
  done
  exit 2
}

# Starts the image and sets `url`.
start_container() {
  local container address end
  [[ $image =~ ^[A-Za-z0-9][A-Za-z0-9._/:@-]*$ ]] || fail "\"$image\" is not the name of an image"
  container=$(
    docker run --detach --cidfile "$folder/container" --publish 127.0.0.1::3000 --read-only --cap-drop ALL \
      --security-opt no-new-privileges "$image" 2>"$folder/docker"
  ) || fail "the image \"$image\" does not start: $(head -n 1 "$folder/docker")"
  address=$(docker port "$container" 3000/tcp 2>"$folder/docker" | head -n 1) || fail "the container has no port 3000: $(head -n 1 "$folder/docker")"
  url=http://$address
  end=$((SECONDS + 30))
  until curl --silent --fail --output /dev/null --max-time 2 "$url/readyz"; do
    if ((SECONDS >= end)); then fail "the service in \"$image\" is not ready after 30 s"; fi
    sleep 0.5
  done
}

# The first match in the JSON answer. Inside a string every quote has a backslash before it, so that these patterns meet keys only.
found() {
  LC_ALL=C grep -oE "$1" "$folder/check.json" | head -n 1 || true
}

one_line model "$model"
one_line policy "$policy"
one_line url "$url"
one_line token "$token"
one_line sarif-file "$sarif_file"
[[ -n $model ]] || fail 'the input "model" is missing'
check_file model "$model"
if [[ -n $policy ]]; then check_file policy "$policy"; fi
if [[ -n $url && -n $image || -z $url && -z $image ]]; then fail 'give one of the inputs "url" and "image"'; fi
# Where annotations and SARIF put their findings: the path in the repository.
file=${model#"${GITHUB_WORKSPACE:-}"/}
query="file=$(encode "${file#./}")"
add_query "${INPUT_LIMITS:-}"
add_query "${INPUT_OPTIONS:-}"
if [[ -n $image ]]; then start_container; fi
check_url

ask application/json "$folder/check.json"
[[ $status == 200 ]] || refused "$folder/check.json"
passed=$(found '"passed":(true|false),"limits":\[' | grep -oE 'true|false' || true)
totals=$(found '"totals":\{[^}]*\}')
[[ -n $passed && -n $totals ]] || fail "$url answered with something that is no check; is it a layergauge service?"

ask text/markdown "$folder/check.md"
[[ $status == 200 ]] || refused "$folder/check.md"
# A step has 1 MiB of summary.
head -c 1000000 "$folder/check.md" >>"$summary"

ask text/plain "$folder/annotations"
[[ $status == 200 ]] || refused "$folder/annotations"
# Nothing but annotations: other commands would have power over the job.
grep -E '^::(notice|warning|error) ' "$folder/annotations" || true

if [[ -n $sarif_file ]]; then
  ask application/sarif+json "$folder/check.sarif"
  [[ $status == 200 ]] || refused "$folder/check.sarif"
  cp -- "$folder/check.sarif" "$sarif_file" 2>/dev/null || fail "the file \"$sarif_file\" cannot be written"
fi

{
  printf 'passed=%s\n' "$passed"
  for name in layers parameters parameter_bytes activation_bytes peak_memory_bytes macs flops; do
    printf '%s=%s\n' "$name" "$(printf '%s' "$totals" | grep -oE "\"$name\":[0-9.e+]+" | cut -d : -f 2 || true)"
  done
  printf 'markdown-file=%s\n' "$folder/check.md"
  printf 'sarif-file=%s\n' "$sarif_file"
} >>"$outputs"

[[ $passed == true ]] || exit 1
