# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += %D%/bench %D%/bench-stop.c %D%/check %D%/check-layers.sh %D%/check-form.sh %D%/check-shell %D%/check-suites %D%/check-tables.sh \
	%D%/fuzz %D%/gen-sysdb.awk %D%/git-version.sh %D%/gitlab-ci.yml %D%/measure-runtimes %D%/measure-timing %D%/picture %D%/quickstart %D%/setup.sh %D%/systemd-groups
