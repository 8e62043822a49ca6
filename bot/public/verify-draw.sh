#!/bin/sh
# Checks a published draw (抽選) with sha256sum, sort and awk alone: sh verify-draw.sh FILE
# What every line means, and the rules, stand at the head of catalog/draw.py.
set -eu
export LC_ALL=C
file=$1 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

value() { sed -n "s/^$1 //p" "$file"; }
hash() { sha256sum | cut -d ' ' -f 1; }
same() { if [ "$2" = "$3" ]; then echo "OK  $1"; else echo "NG  $1: $2 / $3"; exit 1; fi; }

same "list of entries " "$(value list)" "$(sed '/^list /,$d' "$file" | hash)"
same "promised seed   " "$(value commitment)" "$(value seed | tr -d '\n' | hash)"
same "whole file      " "$(value sum)" "$(sed '/^sum /d' "$file" | hash)"
[ "$(value mixed-in)" = - ] && same "nothing mixed in" "$(value public)" -

# One small file for each ticket, named CODE:NUMBER, then the hashes of all of them at once.
mkdir "$work/tickets"
PREFIX="$(value seed):$(value public):" FOLDER="$work/tickets/" awk '$1 == "entry" { for (i = 1; i <= $4; i++) {
  ticket = $2 ":" i; printf "%s%s", ENVIRON["PREFIX"], ticket > (ENVIRON["FOLDER"] ticket); close(ENVIRON["FOLDER"] ticket) } }' "$file"
(cd "$work/tickets" && find . -type f -exec sha256sum {} +) | sed 's|  ./|:|' >"$work/hashes" # HASH:CODE:NUMBER
awk -F '[ :]' 'NR == FNR { if ($1 == "entry") of[$2] = $5 " " $2 " " $3 " " $6; next }
  { split(of[$2], e, " "); print e[1], $1, e[2], e[3], e[4] }' "$file" "$work/hashes" | sort -k1,1n -k2,2 |
  awk -v seats="$(value seats)" -v childcare="$(value childcare)" -v reserves="$(value reserves)" '!seen[$3]++ {
    if ($4 <= seats && $5 <= childcare) { seats -= $4; childcare -= $5; got = "won" }
    else got = (reserves == "all" || waiting++ < reserves) ? "reserve" : "lost"
    print "result", ++rank, $3, got }' >"$work/results"
same "order and result" "$(grep '^result ' "$file" | hash)" "$(hash <"$work/results")"
