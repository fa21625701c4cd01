# The words before the cursor: which command, how many operands, which --root.
function __corun_look
    set -g __corun_path ''
    set -g __corun_operands 0
    set -g __corun_root
    set -l pending ''
    for word in (commandline -opc)[2..]
        if test -n "$pending"
            test $pending = --root; and set -g __corun_root --root $word
            set pending ''
        else if string match -q -- '--root=*' $word
            set -g __corun_root $word
        else if string match -q -- '-*' $word
            contains -- $word $__corun_valued; and set pending $word
        else if contains -- (string trim -- "$__corun_path $word") $__corun_paths
            set -g __corun_path (string trim -- "$__corun_path $word")
        else
            set -g __corun_operands (math $__corun_operands + 1)
        end
    end
end

# __corun_at PATH [OPERAND [rest]]
function __corun_at
    __corun_look
    test "$__corun_path" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    test $__corun_operands = $argv[2]; and return 0
    set -q argv[3]; and test $__corun_operands -ge $argv[2]
end

function __corun_ids
    __corun_look
    set -l words (commandline -opc)
    $words[1] $__corun_root $argv --quiet 2>/dev/null
end

function __corun_signals
    kill -l | string split ' '
end
