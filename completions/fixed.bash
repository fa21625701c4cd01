# Containers and groups are those below the --root of the line.
_corun_ids() {
    "${COMP_WORDS[0]}" ${root:+--root "$root"} "$@" --quiet 2>/dev/null
}

# What is at the cursor, by the words before it. bash splits --name=value into three.
_corun() {
    local path='' root='' pending='' count=0 word i current=${COMP_WORDS[COMP_CWORD]}
    local flags valued subcommands
    local -a operands
    local -A values
    COMPREPLY=()
    _corun_table ''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [ "$word" = = ]; then
            continue
        elif [ -n "$pending" ]; then
            [ "$pending" != --root ] || root=$word
            pending=
        elif [ "$word" = -- ]; then
            ((count += ${#operands[@]}))
            break
        elif [[ $word == -* ]]; then
            [ -z "${values[$word]-}" ] || pending=$word
        elif [[ " $subcommands" == *" $word "* ]]; then
            path="${path:+$path }$word"
            _corun_table "$path"
        else
            ((count += 1))
        fi
    done
    [ "$current" != = ] || current=
    # the words of a command have no end
    ((count < ${#operands[@]})) || [ "${operands[*]: -1}" != file ] || count=$((${#operands[@]} - 1))
    if [ -n "$pending" ]; then
        _corun_offer "${values[$pending]}"
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$flags $valued" -- "$current")
    elif [ -n "$subcommands" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$subcommands" -- "$current")
    else
        _corun_offer "${operands[count]-}"
    fi
}

_corun_offer() {
    case $1 in
    '' | -) ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    container) mapfile -t COMPREPLY < <(compgen -W "$(_corun_ids list)" -- "$current") ;;
    group) mapfile -t COMPREPLY < <(compgen -W "$(_corun_ids group list)" -- "$current") ;;
    signal) mapfile -t COMPREPLY < <(compgen -A signal -- "$current") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current") ;;
    esac
}

complete -o filenames -o bashdefault -F _corun corun
