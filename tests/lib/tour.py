# SPDX-License-Identifier: Apache-2.0
"""The console blocks of a document, against what their commands really print.

    tour.py commands DOCUMENT           a shell script that runs them, with a mark before each
    tour.py compare DOCUMENT OUTPUT     fails where the output of that script is another one

A document is Markdown, or a manual page with its examples.  A command begins with "$ "; its
further lines with "> ".  Below it is its whole output, or nothing.  A line "…" is any number
of lines, "…" in a line any text in it; how many blanks there are does not matter."""
import re, sys

MARK = '== command '


def blocks(document):
    with open(document) as f:
        text = f.read()
    if not re.search(r'\.\d$', document):
        return re.findall(r'^```console\n(.*?)^```$', text, re.M | re.S)
    examples = re.findall(r'^\.EX\n(.*?)^\.EE$', text, re.M | re.S)
    return [e.replace(r'\[u2026]', '…').replace(r'\&', '').replace(r'\-', '-').replace(r'\(aq', "'").replace(r'\e', '\\') for e in examples]


def tour(document):
    """Of each command: itself, and the lines below it."""
    steps = []
    for line in ''.join(blocks(document)).splitlines():
        if line.startswith('$ '):
            steps.append((line[2:], []))
        elif line.startswith('> ') and not steps[-1][1]:
            steps[-1] = (f'{steps[-1][0]}\n{line[2:]}', [])
        else:
            steps[-1][1].append(line)
    return steps


def squeezed(line):
    return ' '.join(line.split())


def pattern(lines):
    rows = ['(?:.*\n)*?' if line == '…' else '.*'.join(map(re.escape, squeezed(line).split('…'))) + '\n'
            for line in lines]
    return re.compile(''.join(rows))


# As slow as the hand that types the next command: until then the shell has executed it.
EXECUTED = 'while [ "$(readlink /proc/$!/exe)" = "$(readlink /proc/$$/exe)" ]; do sleep 0.01; done'


def print_commands(document):
    for n, (command, _) in enumerate(tour(document)):
        print(f"echo '{MARK}{n}'\n{command}")
        if re.search(r' & \w+=\$!$', command):
            print(EXECUTED)
    return 0


def compare(document, output):
    steps, failed = tour(document), 0
    with open(output) as f:
        answers = re.split(f'^{MARK}\\d+\n', f.read(), flags=re.M)[1:]
    assert len(answers) == len(steps), f'{len(answers)} of {len(steps)} commands ran'
    for (command, shown), answer in zip(steps, answers):
        real = ''.join(squeezed(line) + '\n' for line in answer.splitlines())
        if shown and not pattern(shown).fullmatch(real):
            print(f'$ {command}\nshown:\n' + '\n'.join(shown) + f'\nprinted:\n{answer}')
            failed = 1
    print(f'{len(steps)} commands, {sum(1 for s in steps if s[1])} with output')
    return failed


commands = {'commands': print_commands, 'compare': compare}
sys.exit(commands[sys.argv[1]](*sys.argv[2:]))
