# SPDX-License-Identifier: Apache-2.0
"""The lines of minijail's policies that minijail0 and compile_seccomp_policy.py both read alike.

minijail.py FILE...: prints what is wrong, and ends with 1 then. With --frequency, the files are for @frequency."""
import re
import sys

NUMBER = r'(0x[0-9a-fA-F]+|0|[1-9][0-9]*)'
ATOM = rf'arg[0-5] (==|!=|<|<=|>|>=|&|in) {NUMBER}'
CLAUSE = rf'{ATOM}( && {ATOM})*'
POLICY = re.compile(rf'[a-z_][a-z0-9_]*: (1|return [1-9][0-9]*|{CLAUSE}( \|\| {CLAUSE})*)')
FREQUENCY = re.compile(r'[a-z_][a-z0-9_]*: [0-9]+')


def check(path, pattern):
    seen, wrong = set(), []
    for number, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.rstrip('\n')
        if not line or line.startswith('#'):
            continue
        call = line.split(':')[0]
        if not pattern.fullmatch(line):
            wrong.append(f'{path}:{number}: not in the grammar: {line}')
        if call in seen:
            wrong.append(f'{path}:{number}: {call} is there twice')
        for value in re.findall(r'0x[0-9a-fA-F]+', line):
            if int(value, 16) >= 1 << 64:
                wrong.append(f'{path}:{number}: {value} has more than 64 bits')
        seen.add(call)
    return wrong if seen else wrong + [f'{path}: no call']


def main(args):
    pattern = FREQUENCY if args[0] == '--frequency' else POLICY
    wrong = [line for path in args if not path.startswith('--') for line in check(path, pattern)]
    print('\n'.join(wrong), end='\n' if wrong else '')
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
