#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The version: from the tarball's own file, else from the tag.
if [ -f .tarball-version ]; then
	cat .tarball-version
else
	git describe --tags --match 'v*' --dirty 2>/dev/null | sed 's/^v//' | grep . || echo 0.1.0-dev
fi
