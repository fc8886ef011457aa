#!/usr/bin/env bash
# Puts a built site in the place of the last one in a single step, and takes it back if need be.
#
#   deploy/publish.sh FOLDER [SITE]   publish SITE (default: _build/html)
#   deploy/publish.sh --back FOLDER   go back to the release before
#
# FOLDER/current leads to the release that a web server shows; FOLDER/releases keeps the last ones,
# as many as KEEP says (default: 5). Needs Linux; compresses with gzip, and with brotli if it is there.
set -euo pipefail

KEEP=${KEEP:-5}

fail() {
  echo "error: $1; nothing has changed in ${folder:-FOLDER}" >&2
  exit 1
}

# A new link beside the old one, then one rename: no moment without a site.
show() {
  ln -sfn "releases/$1" "$folder/current.new"
  mv -T "$folder/current.new" "$folder/current"
  echo "$folder/current shows release $1"
}

releases() {
  find "$folder/releases" -mindepth 1 -maxdepth 1 -type d -not -name '.*' -printf '%f\n' | sort
}

back=no
if [ "${1:-}" = --back ]; then
  back=yes
  shift
fi
[ $# -ge 1 ] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
folder=${1%/}
site=${2:-_build/html}

mkdir -p "$folder/releases"
exec 9> "$folder/lock"
flock -n 9 || fail "another run of this script is at work"
shown=$(basename "$(readlink "$folder/current" || true)")

if [ "$back" = yes ]; then
  before=$(releases | awk -v shown="$shown" '$0 == shown {print last} {last = $0}')
  [ -n "$before" ] || fail "there is no release before $shown"
  show "$before"
  exit
fi

[ -s "$site/index.html" ] || fail "$site/index.html not found: run 'make book' first"
name=$(date -u +%Y-%m-%dT%H-%M-%S.%N)
new="$folder/releases/.$name"
trap 'rm -rf "$new"' EXIT # what a failed run leaves is no release
rm -rf "$folder"/releases/.2*
cp -R --preserve=timestamps "$site" "$new" || fail "$site could not be copied"
find "$new" -type f -size +1k \
  \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.json' -o -name '*.svg' \
  -o -name '*.csv' -o -name '*.xml' -o -name '*.bib' \) -print0 > "$new/.list"
xargs -0 -r gzip -9 -n -k < "$new/.list" || fail "the site could not be compressed"
if command -v brotli > /dev/null; then
  xargs -0 -r brotli -q 9 -k < "$new/.list" || fail "the site could not be compressed"
fi
rm "$new/.list"
chmod -R a+rX "$new"
mv "$new" "$folder/releases/$name"
show "$name"
releases | head -n "-$KEEP" | while read -r old; do
  [ "$old" = "$name" ] || rm -rf "$folder/releases/$old"
done
