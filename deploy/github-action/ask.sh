# Asks a layergauge service whether a model keeps its budget, with curl and the tools every Unix has; no jq. Sourced by run.sh and by the pre-commit
# hook, which define `fail SENTENCE…` (says it, ends with 2) and set `url`, `token`, `model`, `policy` and `folder`, a folder for answers.
# Written for bash 3.2, which macOS runners have.
# shellcheck shell=bash disable=SC2154

query=''

# Ends where a value has control characters: it goes into a log, a file of outputs or a header, where a new line is a new entry.
one_line() {
  [[ $2 != *[[:cntrl:]]* ]] || fail "$1 has a line break or another control character"
}

# Every byte as %XX.
encode() {
  printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}

# Adds `max_macs=5G max_parameters=26M`, in words or lines, to the query.
add_query() {
  local words word
  read -r -d '' -a words <<<"$1" || true
  for word in ${words[@]+"${words[@]}"}; do
    [[ $word =~ ^[a-z][a-z_]*= ]] || fail "\"$word\" is not of the form name=value, such as max_macs=5G"
    query+="&${word%%=*}=$(encode "${word#*=}")"
  done
}

check_url() {
  [[ $url =~ ^https?://[^[:space:]/?#]+[^[:space:]?#]*$ ]] || fail "\"$url\" is not the URL of a service, such as http://localhost:3000"
  url=${url%/}
}

check_file() {
  [[ -f $2 && -r $2 ]] || fail "$1 \"$2\" is not a file that can be read"
}

# A file as curl's --form takes it: quoted, so that no comma or semicolon of its name means anything; a leading - is no standard input.
form_file() {
  local path=$1 quote='"' backslash=\\
  [[ $path == /* ]] || path=./$path
  path=${path//"$backslash"/$backslash$backslash}
  path=${path//"$quote"/$backslash$quote}
  printf '@"%s"' "$path"
}

# ask FORM FILE: posts the model, keeps the answer, and sets `status` and `media_type`.
ask() {
  local told arguments=(--form "model=$(form_file "$model")")
  if [[ -n $policy ]]; then arguments+=(--form "policy=$(form_file "$policy")"); fi
  # The token stands in no process list.
  if [[ -n $token ]]; then
    printf 'authorization: Bearer %s\n' "$token" >"$folder/headers"
    arguments+=(--header "@$folder/headers")
  fi
  told=$(
    curl --silent --show-error --globoff --proto '=http,https' --connect-timeout 10 --max-time 600 --retry 2 \
      --header "accept: $1" "${arguments[@]}" --output "$2" --write-out '%{http_code} %{content_type}' \
      "$url/v1/check?${query#&}" 2>"$folder/curl"
  ) || fail "the service at $url cannot be asked: $(head -n 1 "$folder/curl")"
  status=${told%% *}
  media_type=${told#* }
}

# The sentences of a problem, one a line, the first of them the whole. Of JSON's escapes only \" and \\ are undone, so that no control character gets out.
sentences() {
  LC_ALL=C grep -oE '"detail":"([^"\\]|\\.)*"(,"code":"[^"]*","pointer":"([^"\\]|\\.)*"(,"part":"[a-z]+")?)?' "$1" |
    LC_ALL=C sed -e 's/^"detail":"//' -e 's/","part":"\([a-z]*\)"$/ in the \1"/' -e 's/","code":"[^"]*","pointer":"\(.*\)"$/ (\1)/' -e 's/"$//' -e 's/ (#)$//' -e 's/\\\(["\\]\)/\1/g'
}

# Ends with what the service says of an answer that is none.
refused() {
  [[ $media_type == application/problem+json* ]] || fail "$url answered $status ${media_type:-without a content type}; is it a layergauge service?"
  local said=() line
  while IFS= read -r line; do said+=("$line"); done < <(sentences "$1")
  # One fault stands in the whole already.
  if [[ ${#said[@]} -eq 2 ]]; then unset 'said[0]'; fi
  fail ${said[@]+"${said[@]}"}
}
