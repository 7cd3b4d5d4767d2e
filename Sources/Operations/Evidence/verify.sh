#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks this folder with openssl (3.0 or later) and sha256sum alone: sh verify.sh KEY, the one you were given elsewhere.
# Without KEY it says which key has signed: compare that. Exit status: 0 all is as it was signed, 6 something is not.
set -eu; export LC_ALL=C
known=${1-}; unset CDPATH; here=$(dirname -- "$0"; echo .); cd -- "${here%??}"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
say() { printf '%s\n' "$*" | tr -cd '[:print:]\n'; }; wrong() { say "WRONG: $*"; exit 6; }
digest() { openssl dgst -sha256 -binary; }; bytes() { openssl base64 -d -A; }
by() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" > /dev/null 2>&1; }
signed() { by key.pem "$1" "$2" || wrong "$3 is not signed by this key"; }
part() { sed -n 's/.*"'"$2"'":"\([^"]*\)".*/\1/p' "$1"; }
# Every file is as it was listed, none is beside them, and the list is signed.
sha256sum --quiet --strict -c SHA256SUMS > "$work/out" 2>&1 || wrong "$(head -n 1 "$work/out")"
sed 's/^[0-9a-f]*  //' SHA256SUMS | sort > "$work/listed"
find . ! -type d ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig | sed 's,^\./,,' | sort > "$work/found"
cmp -s "$work/listed" "$work/found" && [ -z "$(find . ! -type d ! -type f)" ] || wrong "other files are here than SHA256SUMS lists"
signed SHA256SUMS SHA256SUMS.sig SHA256SUMS
# The checkpoint: a text, an empty line, a signature of which the first 4 bytes name the key.
sed '/^$/,$d' checkpoint > "$work/text"
sed -n 's/^— [^ ]* //p' checkpoint | head -n 1 | bytes | tail -c 64 > "$work/signature"
signed "$work/text" "$work/signature" "the checkpoint"
size=$(sed -n 2p "$work/text" | tr -cd 0-9)
# The key that is named at the end is the one that has signed, and it is named after the history.
der='\060\052\060\005\006\003\053\145\160\003\041\000'; newest=$(tr -cd 'A-Za-z0-9+/=_' < key.verifier)
pem() { key=${1#*+}; key=${key#*+}; [ ${#key}.$(printf %s "$key" | bytes | wc -c) = 44.33 ] || wrong "'$1' is no key"
    { printf "$der"; printf %s "$key" | bytes | tail -c 32; } | openssl pkey -pubin -inform DER > "$work/pem" 2> /dev/null || wrong "'$1' is no key"; }
pem "$newest"; cmp -s "$work/pem" key.pem && [ "${newest%%+*}" = "$(sed -n 1p "$work/text")" ] || wrong "key.verifier names another key than key.pem"
# From the key that you know each one since was named by the one before it; its name is that of the history.
[ "${known%%+*}" = "${known:+${newest%%+*}}" ] || wrong "the key that you know is of another history"
for note in keys/*; do
    [ "$known" ] || continue; pem "$known"; sed '/^$/,$d' "$note" > "$work/note"
    for line in $(sed -n 's/^— [^ ]* //p' "$note"); do
        printf %s "$line" | bytes | tail -c 64 > "$work/signature"
        ! by "$work/pem" "$work/note" "$work/signature" || known=$(sed -n 2p "$work/note")
    done; done
[ "${known:-$newest}" = "$newest" ] || wrong "the key that you know has not named the one that has signed: $newest"
# Receipts: the signature is over the type and the payload, each with its length (DSSE).
for file in receipts/*.json; do
    [ -e "$file" ] || continue; type=$(part "$file" payloadType); part "$file" payload | bytes > "$work/payload"
    { printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < "$work/payload")"; cat "$work/payload"; } > "$work/statement"
    part "$file" sig | bytes > "$work/signature"; signed "$work/statement" "$work/signature" "$file"; done
# The tree (RFC 6962): leaves are hashed behind a 0, pairs behind a 1, up to the root in the checkpoint.
set -- leaves/*.json; span=$(sed -n 's/^\([-0-9]*T[0-9:.]*Z\)$/\1/p' period | sed '1s/$/ to/' | tr '\n' ' '); span=${span% }
[ -e "$1" ] || { say "no record of $span; the checkpoint of $size leaves is signed by $newest"; exit 0; }
first=$(basename "$1" .json | sed 's/^0*\(.\)/\1/'); node=$first
for leaf; do { printf '\000'; cat "$leaf"; } | digest > "$work/0.$node"; node=$((node + 1)); done
low=$first; high=$((node - 1)); level=0; count=$size
while [ "$count" -gt 1 ]; do
    [ ! -e "tree/$level.left" ] || { low=$((low - 1)); cp "tree/$level.left" "$work/$level.$low"; }
    [ ! -e "tree/$level.right" ] || { high=$((high + 1)); cp "tree/$level.right" "$work/$level.$high"; }
    node=$low
    while [ "$node" -le "$high" ]; do
        if [ "$node" -eq "$high" ]; then cat "$work/$level.$node"; else { printf '\001'; cat "$work/$level.$node" "$work/$level.$((node + 1))"; } | digest; fi > "$work/$((level + 1)).$((node / 2))"
        node=$((node + 2)); done
    low=$((low / 2)); high=$((high / 2)); level=$((level + 1)); count=$(((count + 1) / 2))
done
[ "$low.$high" = 0.0 ] && [ "$(openssl base64 -A -in "$work/$level.0")" = "$(sed -n 3p "$work/text")" ] || wrong "the leaves do not lead to the root of the checkpoint"
say "all is as it was signed: leaves $first to $((first + $# - 1)) of $size, given as holding all of $span, by $newest"
[ "$known" ] && say "that is the key that you gave, or one that it has named" || say "compare that key with the one that you were given elsewhere"
