#!/usr/bin/env bash
# Fills the corpora from testdata: each target begins with what people write.
set -eu
cd "$(dirname "$0")"
testdata=../testdata
for target in reader kustomization strategic_merge json_patch replacement image url tree; do mkdir -p "corpus/$target"; done
number=0
find "$testdata" -name '*.yaml' -size -8k | sort | while read -r file; do
    number=$((number + 1))
    cp "$file" "corpus/reader/$number"
    case $file in
    */kustomization.yaml) cp "$file" "corpus/kustomization/$number" ;;
    esac
    if grep -q 'op: ' "$file"; then cp "$file" "corpus/json_patch/$number"; fi
done
for folder in "$testdata"/*/*/base; do
    number=$((number + 1))
    { cat "$folder/../kustomization.yaml" 2>/dev/null || true; printf '\377\377'; cat "$folder/kustomization.yaml" 2>/dev/null || true
      printf '\377'; cat "$folder"/[a-j]*.yaml 2>/dev/null || true; } > "corpus/tree/$number"
done
printf 'spec:\n  replicas: 1\n\377spec:\n  template:\n    spec:\n      containers:\n      - name: a\n        $patch: delete\n' > corpus/strategic_merge/seed
printf 'metadata.name\nlist.[name=one].value\n,\n1\n' > corpus/replacement/list
printf 'metadata.annotations.[a.b/c]\njson.a.b.0\n:\n0\n' > corpus/replacement/text
printf 'registry:5000/a/b:tag@sha256:abc\nregistry:5000/a/b\nc\nd\n\n\n' > corpus/image/seed
for url in 'https://github.com/a/b//c?ref=v1&timeout=10s' 'git@github.com:a/b.git//c' 'ssh://git@host/a/b.git' 'git::https://host/_git/a/b' 'file:///a//b' '../a/b'; do
    number=$((number + 1)); printf '%s\n' "$url" > "corpus/url/$number"
done
