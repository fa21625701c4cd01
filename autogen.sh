#!/bin/sh
# Makes ./configure from a git checkout. Needs autoconf, automake and pkg-config.
set -e
cd "$(dirname "$0")"
mkdir -p build-aux
autoreconf --install --force --warnings=all
echo "Now: mkdir -p build && cd build && ../configure && make"
echo "Git hooks that check format and layers before a commit: git config core.hooksPath tools/git-hooks"
