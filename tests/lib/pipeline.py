# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of a composite GitHub action, or of a GitLab job, as they stand
in the YAML: all but the services themselves, which are stand-ins.

    pipeline.py action ACTION.yml CONTEXT.json NAME=VALUE...
    pipeline.py gitlab FILE.yml JOB NAME=VALUE...
    pipeline.py commands FILE.yml           every shell text in it, for shellcheck
    pipeline.py examples EXAMPLES.yml ACTION.yml FILE.yml

An action's `uses:` are programs in $STAND_INS, called like it with '/' as '_', and
get their inputs as GitHub passes them, INPUT_NAME (but with '_' for '-', for the shell).  A job that no rule lets run is
"not run", status 99."""
import json, os, re, subprocess, sys, tempfile
import yaml


def value_of(path, context):
    """inputs.x, steps.a.outputs.b, github.event.c: what is not there is empty."""
    at = context
    for part in path.split('.'):
        at = at.get(part, '') if isinstance(at, dict) else ''
    return at


def evaluate(text, context):
    """The part of the language of expressions that the action uses: ||, &&, ==, paths, strings."""
    if '||' in text:
        parts = [evaluate(p, context) for p in text.split('||')]
        return next((p for p in parts if p), parts[-1])
    if '&&' in text:
        return all(evaluate(p, context) for p in text.split('&&'))
    if '==' in text:
        a, b = (evaluate(p, context) for p in text.split('=='))
        return a == b
    text = text.strip()
    if text.startswith("'"):
        return text.strip("'")
    assert re.fullmatch(r'[A-Za-z_][\w.-]*', text), f'cannot evaluate: {text}'
    return value_of(text, context)


def expand(text, context):
    return re.sub(r'\$\{\{(.*?)\}\}', lambda m: str(evaluate(m.group(1), context)), str(text))


def read_outputs(path):
    with open(path) as f:
        return dict(line.rstrip('\n').split('=', 1) for line in f)


def run_step(step, context, scratch):
    outputs, path_file = os.path.join(scratch, 'outputs'), os.path.join(scratch, 'path')
    for name in (outputs, path_file):
        open(name, 'w').close()
    env = dict(os.environ, GITHUB_OUTPUT=outputs, GITHUB_PATH=path_file)
    if 'uses' in step:
        env.update({'INPUT_' + k.upper().replace('-', '_'): expand(v, context) for k, v in step.get('with', {}).items()})
        program = os.path.join(os.environ['STAND_INS'], step['uses'].split('@')[0].replace('/', '_'))
        status = subprocess.call([program], env=env)
    else:
        assert step['shell'] == 'bash' and '${{' not in step['run'], 'inputs belong into env'
        env.update({k: expand(v, context) for k, v in step.get('env', {}).items()})
        script = os.path.join(scratch, 'script')
        with open(script, 'w') as f:
            f.write(step['run'])
        # as the runner starts them
        status = subprocess.call(['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', script], env=env)
    with open(path_file) as f:
        for line in f:
            os.environ['PATH'] = line.rstrip('\n') + ':' + os.environ['PATH']
    if 'id' in step:
        context['steps'][step['id']] = {'outputs': read_outputs(outputs)}
    return status


def run_action(file, context_file, pairs):
    with open(file) as f:
        action = yaml.safe_load(f)
    with open(context_file) as f:
        context = {'github': json.load(f), 'steps': {}}
    given = dict(p.split('=', 1) for p in pairs)
    assert set(given) <= set(action['inputs']), 'an input that the action has not'
    context['inputs'] = {k: given[k] if k in given else expand(v.get('default', ''), context)
                         for k, v in action['inputs'].items()}
    os.environ['GITHUB_ACTION_PATH'] = os.path.dirname(os.path.abspath(file))
    with tempfile.TemporaryDirectory() as scratch:
        for step in action['runs']['steps']:
            if 'if' in step and not evaluate(step['if'], context):
                continue
            print(f"# {step['name']}", flush=True)
            status = run_step(step, context, scratch)
            if status:
                return status
    for name, output in action['outputs'].items():
        print(f"output {name}={expand(output['value'], context)}")
    return 0


def rule_holds(rule, env):
    a, b = re.fullmatch(r'(\$\w+) == (\$\w+|"[^"]*")', rule['if']).groups()
    value = lambda w: env.get(w[1:]) if w[0] == '$' else w.strip('"')
    return value(a) == value(b)


def lines_of(job, config):
    base = config[job['extends']] if 'extends' in job else {}
    return job.get('before_script', base.get('before_script', [])) + job['script']


def run_gitlab(file, name, pairs):
    with open(file) as f:
        config = yaml.safe_load(f)
    env = dict(os.environ, **{k: str(v) for k, v in config['variables'].items()})
    env.update(p.split('=', 1) for p in pairs)
    job = config[name]
    if not any(rule_holds(r, env) for r in job['rules']):
        print('not run')
        return 99
    # the runner makes one script of them, and every line's failure is the job's
    script = 'set -eo pipefail\n' + '\n'.join(lines_of(job, config)) + '\n'
    return subprocess.call(['bash', '-c', script], env=env)


def show_commands(file):
    with open(file) as f:
        config = yaml.safe_load(f)
    if 'runs' in config:
        for step in config['runs']['steps']:
            if 'run' in step:
                print('(\n' + step['run'] + ')')
    else:
        for job in config.values():
            if 'script' in job:
                print('(\n' + '\n'.join(lines_of(job, config)) + '\n)')
    return 0


def steps_of(example):
    for job in example.get('jobs', {}).values():
        yield from job['steps']


def check_examples(file, action_file, gitlab_file):
    """Fails where an example gives what the action or the jobs do not take; prints all that they take."""
    with open(action_file) as a, open(gitlab_file) as g, open(file) as f:
        action, gitlab, examples = yaml.safe_load(a), yaml.safe_load(g), [e for e in yaml.safe_load_all(f) if e]
    required = {k for k, v in action['inputs'].items() if v.get('required')}
    used = 0
    for example in examples:
        for step in steps_of(example):
            if step['uses'].endswith('/actions/sctrace'):
                assert required <= set(step['with']) <= set(action['inputs']), step
                used += 1
        if 'include' in example:
            assert set(example['variables']) <= set(gitlab['variables']), example
            used += 1
    assert used == 2, 'an example of each'
    for name in [*action['inputs'], *action['outputs'], *gitlab['variables']]:
        print(name)
    return 0


commands = {'action': lambda a: run_action(a[0], a[1], a[2:]), 'gitlab': lambda a: run_gitlab(a[0], a[1], a[2:]),
            'commands': lambda a: show_commands(a[0]),
            'examples': lambda a: check_examples(*a)}
sys.exit(commands[sys.argv[1]](sys.argv[2:]))
