# Readline splits a line also at ':' and '='. Sets `line` to its words as the
# command gets them, up to the cursor, `start` to where each begins in COMP_WORDS,
# and `tail` to what readline takes for the last one.
_sctrace_split() {
	local rest=${COMP_LINE:0:COMP_POINT} i glued

	line=() start=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		glued=1 tail=${COMP_WORDS[i]}
		if [[ $rest == [[:space:]]* ]]; then
			glued=0 rest=${rest#"${rest%%[![:space:]]*}"}
		fi
		((i < COMP_CWORD)) || tail=$rest
		rest=${rest:${#tail}}
		if ((glued && i > 0)); then
			line[${#line[@]} - 1]+=$tail
		else
			line+=("$tail") start+=("$i")
		fi
	done
	[[ $tail != [:=] ]] || tail=
}

# Does a word of short options end in one that wants a value?
_sctrace_short() { # command, "-qo"
	local i

	for ((i = 1; i < ${#2}; i++)); do
		if _sctrace_value "$1" "-${2:i:1}"; then
			((i == ${#2} - 1))
			return
		fi
	done
	return 1
}

# Offers what there is of a kind; `prefix` is the part of the word that stays.
_sctrace_offer() { # kind, words, what is typed of it
	local drop=$((${#prefix} + ${#3} - ${#tail})) i

	case $1 in
	words | operand) mapfile -t COMPREPLY < <(compgen -W "$2" -- "$3") ;;
	user) mapfile -t COMPREPLY < <(compgen -u -- "$3") ;;
	pid) mapfile -t COMPREPLY < <(cd /proc && compgen -W "$(echo [0-9]*)" -- "$3") ;;
	command) mapfile -t COMPREPLY < <(compgen -c -- "$3" | sort -u) ;;
	esac
	# an operand may be a file as well, and what is judged a recording
	[[ $1 != @(operand|command) || files -eq 0 ]] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$3")
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=$prefix${COMPREPLY[i]}
		COMPREPLY[i]=${COMPREPLY[i]:drop}
	done
	[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace
	# the shell's own way with names of files
	[[ $1 != @(file|command|operand) || ${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}

# The command that is recorded or run has a completion of its own.
_sctrace_nested() { # where it begins in COMP_WORDS
	local offset

	for offset in _comp_command_offset _command_offset; do
		if declare -F "$offset" >/dev/null; then
			"$offset" "$1"
			return
		fi
	done
	compopt -o default
}

_sctrace() {
	local line start tail prefix='' command='' option='' operands=0 ended=0 begin=0 i word cur
	local kind='' words='' options='' first='' more='' runs=0 files=1

	COMPREPLY=()
	_sctrace_split
	cur=${line[${#line[@]} - 1]}
	for ((i = 1; i < ${#line[@]} - 1; i++)); do
		word=${line[i]}
		if [[ -n $option ]]; then
			option=
		elif [[ ended -eq 0 && $word == -- ]]; then
			ended=1
		elif [[ ended -eq 0 && $word == --* ]]; then
			! _sctrace_value "$command" "$word" || option=$word
		elif [[ ended -eq 0 && $word == -?* ]]; then
			! _sctrace_short "$command" "$word" || option=-${word: -1}
		elif [[ -z $command ]]; then
			command=$word
			_sctrace_takes "$command" || return 0
		else
			((++operands > 1)) || begin=${start[i]}
			((runs == 0)) || ended=1
		fi
	done
	[[ -n $command ]] || _sctrace_takes ''

	if [[ -n $option ]]; then
		_sctrace_value "$command" "$option"
		_sctrace_offer "$kind" "$words" "$cur"
	elif [[ ended -eq 0 && $cur == --*=* ]]; then
		prefix=${cur%%=*}=
		! _sctrace_value "$command" "${cur%%=*}" || _sctrace_offer "$kind" "$words" "${cur#*=}"
	elif [[ ended -eq 0 && $cur == -* ]]; then
		_sctrace_offer words "$options" "$cur"
	elif [[ runs -eq 1 && operands -gt 0 ]]; then
		_sctrace_nested "$begin"
	elif [[ runs -eq 1 ]]; then
		_sctrace_offer command '' "$cur"
	else
		((operands == 0)) && words=$first || words=$more
		kind=operand
		((files == 1)) || kind=words
		[[ -n $words || files -eq 0 ]] || kind="file"
		_sctrace_offer "$kind" "$words" "$cur"
	fi
}

complete -F _sctrace sctrace
