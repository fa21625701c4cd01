# Containers and groups are those below the --root of the line.
_corun_ids() {
    local -a root ids
    local i
    for ((i = 2; i < $#corun_words; i++)); do
        case $corun_words[i] in
        --root) root=(--root $corun_words[i + 1]) ;;
        --root=*) root=($corun_words[i]) ;;
        esac
    done
    ids=(${(f)"$($corun_words[1] $root "$@" --quiet 2>/dev/null)"})
    compadd -a ids
}
_corun_containers() { _corun_ids list }
_corun_groups() { _corun_ids group list }

_corun_level() {
    local curcontext=$curcontext state line
    local -a specs subcommands operands
    typeset -A opt_args
    _corun_table "$1"
    if (( ! $#subcommands )); then
        _arguments -S $specs $operands
        return
    fi
    _arguments -C -S $specs '1:command:->command' '*::argument:->argument'
    case $state in
    command) _describe command subcommands ;;
    argument) _corun_level "${1:+$1 }$words[1]" ;;
    esac
}

_corun() {
    local -a corun_words=("${words[@]}")
    _corun_level ''
}

[[ $funcstack[1] != _corun ]] || _corun "$@"
