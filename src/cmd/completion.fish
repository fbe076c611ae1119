# Prints where the cursor is: the command; how many operands there were, or "value"
# when an option's value comes; whether the options have ended; and the operands.
function __sctrace_place
    set -l command
    set -l operands
    set -l pending 0
    set -l ended 0
    set -l runs 0
    set -l words (commandline -opc)

    for word in $words[2..-1]
        if test $pending = 1
            set pending 0
        else if test $ended = 1; and set -q command[1]
            set -a operands $word
        else if test "$word" = --
            set ended 1
        else if string match -q -- '--*' $word
            contains -- "$command:$word" $__sctrace_valued; and set pending 1
        else if string match -q -- '-?*' $word
            for letter in (string split '' -- (string sub -s 2 -- $word))
                set pending 0
                if contains -- "$command:-$letter" $__sctrace_valued
                    # the rest of the word is its value, if there is one
                    string match -q -- "*$letter" $word; and set pending 1
                    break
                end
            end
        else if not set -q command[1]
            set command $word
            contains -- $word $__sctrace_running; and set runs 1
        else
            set -a operands $word
            test $runs = 1; and set ended 1
        end
    end
    set -l count (count $operands)
    test $pending = 1; and set count value
    printf '%s\n' "$command" $count $ended $operands
end

# Before the command?
function __sctrace_at_start
    set -l place (__sctrace_place)
    test "$place[1]" = ''
end

# Among the options of this command?
function __sctrace_in
    set -l place (__sctrace_place)
    test "$place[1]" = $argv[1]; and test "$place[3]" = 0
end

# At an operand of this command: the first, or one after it?
function __sctrace_operand
    set -l place (__sctrace_place)
    test "$place[1]" = $argv[1]; and test $place[2] != value; or return
    switch $argv[2]
        case first
            test $place[2] = 0
        case more
            test $place[2] != 0
    end
end

# What the command that is recorded or run would be offered by itself.
function __sctrace_nested
    set -l place (__sctrace_place)
    complete --do-complete=(string join ' ' -- (string escape -- $place[4..-1]) (commandline -ct))
end
