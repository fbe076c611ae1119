# A word that ends in ':' is only a beginning: no space follows it.
_sctrace_words() { # word...
	local expl

	_wanted values expl value compadd -S '' -- ${(M)@:#*:}
	_wanted values expl value compadd -- ${@:#*:}
}

# Of all users and terminals; _pids has those of this terminal only.
_sctrace_pids() {
	local expl

	_wanted pids expl 'process ID' compadd -- /proc/<->(/N:t)
}

_sctrace_command() {
	_alternative 'commands:command: _command_names -e' 'files:file:_files'
}

_sctrace_operand() { # what it is called, word...
	local what=$1
	local -a offered=("${@:2}")

	_alternative "values:$what: _sctrace_words \$offered" 'files:file:_files'
}

# Read as a file of $fpath the function was called already; else it is made known.
if [[ $funcstack[1] = _sctrace ]]; then
	_sctrace "$@"
else
	compdef _sctrace sctrace
fi
