#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace completion`, in the shells: what they offer where the cursor is.
# One test is enough with sanitizers: the shells take most of the time.
# shellcheck disable=SC2030,SC2031,SC2094,SC2154

load ../lib/common
load ../lib/shells

shells="bash zsh fish"

setup() {
	local shell

	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
	touch a.json b.json
	for shell in $shells; do
		"$SCTRACE" completion "$shell" >"../script.$shell"
	done
}

# Every row of the file `rows`, "line, a tab, the expected offers", in one shell.
offers_rows() { # shell
	require_tool "$1" script
	cut -f1 ../rows >../lines
	offers "$1" <../lines | cut -f1 >../got
	paste ../lines ../got >../answers
	diff ../rows ../answers
}

# A process, among others whose numbers begin alike.
offers_process() { # shell
	echo "sctrace record --attach $$|" | offers "$1" | cut -f1 | tr ' ' '\n' | grep -qx $$
}

# The words of a list of sctrace, sorted, on one line.
listed() { # of what
	"$SCTRACE" list "$1" | sed -n 's/^\([^ ]\{1,\}\) .*/\1/p' | sort | paste -sd ' '
}

# Those of gen, in the same way.
formats() {
	"$SCTRACE" list formats --json | jq -r '.[] | select(.command == "gen").name' | sort | paste -sd ' '
}

# "record --output FILE": all options that have a value.
valued() {
	local cmd

	for cmd in $(commands); do
		"$SCTRACE" "$cmd" --help | sed -nE "s/^  (-., |    )(--[a-z-]+) ([A-Z]+)( .*)?$/$cmd \2 \3/p"
	done
}

commands() {
	"$SCTRACE" --help | sed -n '/^Commands$/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The expected offers for each line, separated by a tab.
write_rows() {
	cat >../rows <<-EOF
		sctrace |	$({ commands; echo help; } | sort | paste -sd ' ')
		sctrace rec|	record
		sctrace --ver|	--version
		sctrace help ge|	gen
		sctrace nonsense |	
		sctrace gen --forma|	--format
		sctrace gen --format |	$(formats)
		sctrace gen --format=|	$(formats)
		sctrace gen --format=o|	oci
		sctrace gen -F |	$(formats)
		sctrace gen -qF t|	text
		sctrace gen -Ftext a|	a.json
		sctrace gen -o |	a.json b.json
		sctrace gen -o b|	b.json
		sctrace gen --output=b|	b.json
		sctrace gen |	a.json b.json
		sctrace gen -o x a.json b|	b.json
		sctrace gen --deny mount-f|	mount-family
		sctrace gen --allow=pivot|	pivot_root
		sctrace gen --deny x --annot|	--annotate
		sctrace gen --action |	errno kill-process kill-thread log trap
		sctrace gen --errno EPER|	EPERM
		sctrace gen --cap CAP_SYS_AD|	CAP_SYS_ADMIN
		sctrace lint --runtime |	$(listed runtimes)
		sctrace lint --read-as |	$(listed readers)
		sctrace gen --runtime | a.json	$(listed runtimes)
		sctrace gen --base |	a.json b.json
		sctrace gen --accept |	$(listed blind-spots)
		sctrace gen --arch |	$(listed arches)
		sctrace report -F |	json names text
		sctrace lint -F |	json sarif text
		sctrace lint --severity |	high info low medium
		sctrace lint --ignore |	$(listed checks)
		sctrace record --engine |	auto seccomp syscall
		sctrace record --engine | ls	auto seccomp syscall
		sctrace record --scope |	all exec: seccomp
		sctrace record --user roo|	root
		sctrace record --for |	
		sctrace record -q mkfif|	mkfifo
		sctrace record -- mkfif|	mkfifo
		sctrace record -o x -- cat a|	a.json
		sctrace record -o x cat a|	a.json
		sctrace record cat --outp|	
		sctrace run -p |	a.json b.json
		sctrace run -p x mkfif|	mkfifo
		sctrace run -p x cat b|	b.json
		sctrace check -F |	github json junit sarif text
		sctrace check -p x a.j|	a.json
		sctrace check -p x mkfif|	mkfifo
		sctrace check -p x -- cat b|	b.json
		sctrace diff -F |	json markdown text
		sctrace diff --only |	added changed narrowed removed stronger weaker widened
		sctrace diff a.json b|	b.json
		sctrace merge -o x a.json |	a.json b.json
		sctrace list |	$("$SCTRACE" list | cut -d' ' -f1 | sort | paste -sd ' ')
		sctrace list calls mount-f|	mount-family
		sctrace explain pivot|	pivot_root
		sctrace explain b|	$(words b b.json)
		sctrace explain b.json pivot|	pivot_root
		sctrace doctor ptr|	ptrace
		sctrace completion |	bash fish zsh
	EOF
}

# The calls and families with this prefix, and a file.
words() { # beginning, file
	{
		echo "$2"
		"$SCTRACE" list calls
		"$SCTRACE" list families
	} | sed 's/ .*//' | grep "^$1" | sort -u | paste -sd ' '
}

# Every option in the help is offered, and no other.
offers_options() { # shell
	local cmd

	require_tool "$1" script
	for cmd in $(commands); do
		printf 'sctrace %s -|\t' "$cmd"
		"$SCTRACE" "$cmd" --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE -- '-[^ ,]+' | sort | paste -sd ' '
	done >../rows
	offers_rows "$1"
}

# A value with such a name is completed with files, others with words, except
# those that only the user knows.
offers_values() { # shell
	local cmd option arg got

	require_tool "$1" script
	valued >../valued
	[ "$(wc -l <../valued)" -ge 20 ]
	sed -E 's/^([^ ]+ [^ ]+) .*/sctrace \1 |/' ../valued | offers "$1" | cut -f1 >../got
	while read -r cmd option arg <&3 && IFS= read -r got <&4; do
		case $arg in
		FILE | PROFILE | RECORDING) is "$cmd $option: $got" "$cmd $option: a.json b.json" ;;
		DURATION | VERSION | TEXT | CONTAINER | FOLDER | RUNTIME | N) is "$cmd $option: $got" "$cmd $option: " ;;
		*) [ -n "$got" ] || { echo "$cmd $option $arg: nothing is offered" >&2; return 1; } ;;
		esac
	done 3<../valued 4<../got
	is "$(wc -l <../got)" "$(wc -l <../valued)"
}

@test "completion: bash offers the words that are possible there" {
	write_rows
	offers_rows bash
	offers_process bash
}

# bats test_tags=slow
@test "completion: zsh offers the words that are possible there" {
	write_rows
	offers_rows zsh
	offers_process zsh
}

# bats test_tags=slow
@test "completion: fish offers the words that are possible there" {
	write_rows
	offers_rows fish
	offers_process fish
}

# bats test_tags=slow
@test "completion: bash offers every option of every command" {
	offers_options bash
}

# bats test_tags=slow
@test "completion: zsh offers every option of every command" {
	offers_options zsh
}

# bats test_tags=slow
@test "completion: fish offers every option of every command" {
	offers_options fish
}

# bats test_tags=slow
@test "completion: bash knows what the values of all options are" {
	offers_values bash
}

# bats test_tags=slow
@test "completion: zsh knows what the values of all options are" {
	offers_values zsh
}

# bats test_tags=slow
@test "completion: fish knows what the values of all options are" {
	offers_values fish
}

# The screen of a terminal after Tab.
completes() { # shell
	require_tool "$1" script
	touch 'two words'
	offers "$1" | cut -f2 | sed 's/$/|/'
}

# bats test_tags=slow
@test "completion: bash writes words out, spaces, colons and all" {
	completes bash >../after <<-'EOF'
		sctrace gen --form|
		sctrace gen --format=o|
		sctrace gen --runtime runc:n|
		sctrace gen --runtime=crun:n|
		sctrace record --scope e|
		sctrace gen -o tw|
		sctrace gen --output=tw|
		sctrace record cat tw|
		sctrace gen tw|
		sctrace explain a|x
		V=1 sctrace rep|
		true; sctrace rep|
	EOF
	diff - ../after <<-'EOF'
		sctrace gen --format |
		sctrace gen --format=oci |
		sctrace gen --runtime runc:nnp |
		sctrace gen --runtime=crun:nnp |
		sctrace record --scope exec:|
		sctrace gen -o two\ words |
		sctrace gen --output=two\ words |
		sctrace record cat two\ words |
		sctrace gen two\ words |
		sctrace explain ax|
		V=1 sctrace report |
		true; sctrace report |
	EOF
}

# bats test_tags=slow
@test "completion: zsh writes words out, spaces, colons and all" {
	completes zsh >../after <<-'EOF'
		sctrace gen --format=o|
		sctrace gen --runtime runc:n|
		sctrace gen --runtime=crun:n|
		sctrace record --scope e|
		sctrace gen -o tw|
		sctrace gen --output=tw|
		sctrace record cat tw|
		sctrace gen tw|
		true; sctrace rep|
	EOF
	diff - ../after <<-'EOF'
		sctrace gen --format=oci |
		sctrace gen --runtime runc:nnp |
		sctrace gen --runtime=crun:nnp |
		sctrace record --scope exec:|
		sctrace gen -o two\ words |
		sctrace gen --output=two\ words |
		sctrace record cat two\ words |
		sctrace gen two\ words |
		true; sctrace report |
	EOF
}

# bats test_tags=slow
@test "completion: zsh can read the script by itself, outside of fpath" {
	require_tool zsh script
	# shellcheck disable=SC2016 # for zsh
	SHELL_EXTRA='unfunction _sctrace; compdef -d sctrace; . '"$BATS_TEST_TMPDIR/script.zsh" \
		offers zsh <<<'sctrace rep|' >../got
	is "$(cat ../got)" "$(printf 'report\tsctrace report ')"
}

# bats test_tags=slow
@test "completion: bash leaves the command that is run to its own completion" {
	require_tool bash script
	# like bash-completion: it gets the position of the command
	# shellcheck disable=SC2016 # for that bash
	SHELL_EXTRA='_command_offset() { COMPREPLY=("${COMP_WORDS[$1]}-at-$1"); }' offers bash >../got <<-'EOF'
		sctrace record cat x|
		sctrace record -o a=b:c -- cat x|
		sctrace run -p x cat --x=|
	EOF
	cut -f1 ../got | diff - <(printf '%s\n' cat-at-2 cat-at-9 cat-at-4)
}

# bats test_tags=slow
@test "completion: zsh and fish leave the command that is run to its own completion" {
	require_tool zsh fish script
	for shell in zsh fish; do
		offers "$shell" >../got <<-'EOF'
			sctrace record mkdir --par|
			sctrace run -p x -- mkdir --par|
		EOF
		cut -f1 ../got | diff - <(printf '%s\n' --parents --parents)
	done
}

# bats test_tags=slow
@test "completion: the scripts are clean" {
	require_tool zsh fish shellcheck
	bash -n ../script.bash
	zsh -n ../script.zsh
	fish -n ../script.fish
	shellcheck -s bash ../script.bash
}

# bats test_tags=slow
@test "completion: an unknown shell, none, or two are usage errors" {
	run -2 "$SCTRACE" completion tcsh
	has "$output" "unknown shell 'tcsh'; valid are: bash, zsh and fish"
	run -2 "$SCTRACE" completion
	has "$output" "give a shell: bash, zsh or fish"
	run -2 "$SCTRACE" completion bash zsh
	has "$output" "unexpected argument 'zsh'"
}
