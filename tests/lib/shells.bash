# SPDX-License-Identifier: Apache-2.0
# What shells offer for a line: typed into a real shell in a terminal.
# shellcheck shell=bash

# Reads lines, with '|' for the cursor; prints a line for each: the offers, sorted, a tab,
# and the resulting line.  (fish is not in a terminal: no line.)  The script is
# $BATS_TEST_TMPDIR/script.SHELL; SHELL_EXTRA is more for the shell to read.
offers() { # shell
	local word words=()

	rm -rf "${BATS_TEST_TMPDIR:?}/$1"
	mkdir "$BATS_TEST_TMPDIR/$1"
	"offers_$1" >"$BATS_TEST_TMPDIR/$1/said"
	while IFS= read -r word; do
		case $word in
		"== "*)
			printf '%s\t%s\n' "$(printf '%s\n' "${words[@]}" | sort -u | paste -sd ' ')" "${word#== }"
			words=()
			;;
		?*)
			# fish has what it means behind a tab, and the option of a value in front;
			# zsh has the '=' of an option
			word=${word%%$'\t'*} word=${word%=}
			words+=("${word#--*=}")
			;;
		esac
	done <"$BATS_TEST_TMPDIR/$1/said"
}

# A shell in a terminal that reads its lines from here, one after the other: Tab,
# and Ctrl-X s, on which it notes the line and clears it.
offers_in_terminal() { # shell, how to start it
	local dir=$BATS_TEST_TMPDIR/$1 line typed after n=0 terminal

	mkfifo "$dir/keys"
	: >"$dir/answers"
	# raw from the beginning: the terminal does not drop early input
	timeout -k 5 "$HANG" script -qec "stty raw -echo; echo >$dir/ready; exec $2" /dev/null \
		<"$dir/keys" >"$dir/screen" 2>&1 3>&- &
	terminal=$!
	exec {keys}>"$dir/keys"
	wait_for test -s "$dir/ready"
	while IFS= read -r line; do
		typed=${line/|/} after=${line#*|}
		printf '%s' "$typed" >&"$keys"
		printf '%*s' "${#after}" '' | tr ' ' '\002' >&"$keys"
		printf '\t\030s' >&"$keys"
		n=$((n + 1))
		wait_for has_answers "$dir/answers" "$n" || break
	done
	printf '\025exit\r' >&"$keys"
	exec {keys}>&-
	wait "$terminal" || true
	cat "$dir/answers"
}

has_answers() { # file, how many
	[ "$(grep -c '^== ' "$1")" -ge "$2" ]
}

offers_bash() {
	local dir=$BATS_TEST_TMPDIR/bash

	cat >"$dir/rc" <<-EOF
		. $BATS_TEST_TMPDIR/script.bash
		${SHELL_EXTRA-}
		compopt() { case "\$*" in *default*) deferred=1 ;; esac; builtin compopt "\$@"; }
		ask() {
			deferred=
			_sctrace "\$@"
			printf '%s\\n' "\${COMPREPLY[@]}" >>$dir/answers
			[ -z "\$deferred" ] || compgen -f -- "\$2" >>$dir/answers
		}
		complete -F ask sctrace
		note() { printf '== %s\\n' "\$READLINE_LINE" >>$dir/answers; READLINE_LINE='' READLINE_POINT=0; }
		bind -x '"\\C-xs": note'
		HISTFILE=
	EOF
	offers_in_terminal bash "env INPUTRC=/dev/null bash --noprofile --rcfile $dir/rc -i"
}

offers_zsh() {
	local dir=$BATS_TEST_TMPDIR/zsh

	mkdir "$dir/functions"
	cp "$BATS_TEST_TMPDIR/script.zsh" "$dir/functions/_sctrace"
	cat >"$dir/.zshrc" <<-EOF
		bindkey -e
		unsetopt autolist automenu beep
		fpath=($dir/functions \$fpath)
		autoload -Uz compinit
		compinit -u -d $dir/dump
		${SHELL_EXTRA-}
		compadd() {
			local -a found
			# requested by the completion system itself: not offered
			if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then
				builtin compadd "\$@"
				return
			fi
			builtin compadd -A found "\$@"
			print -rl -- \$found >>$dir/answers
			builtin compadd "\$@"
		}
		note() { print -r -- "== \$BUFFER" >>$dir/answers; BUFFER=; }
		zle -N note
		bindkey '^Xs' note
	EOF
	offers_in_terminal zsh "env ZDOTDIR=$dir zsh -o noglobalrcs -i"
}

offers_fish() {
	local line

	while IFS= read -r line; do
		printf '%s\n' "${line%%|*}"
	done >"$BATS_TEST_TMPDIR/fish/lines"
	env HOME="$BATS_TEST_TMPDIR/fish" XDG_CONFIG_HOME= XDG_DATA_HOME= fish -c "
		source $BATS_TEST_TMPDIR/script.fish
		while read -l line
			complete --do-complete=\$line
			echo '== '
		end <$BATS_TEST_TMPDIR/fish/lines"
}
