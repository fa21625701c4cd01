#!/usr/bin/env bats
# What the shells complete. The files are made by the build, from the tables of commands.
load ../lib/corun

# Beside the program, in the build directory.
files() {
    local directory
    directory=$(dirname "$(command -v "$CORUN")")/completions
    [ -e "$directory/corun" ] || skip "no build directory: $directory"
    echo "$directory"
}

# complete WORD...: what bash offers for the last word.
complete_bash() {
    local directory
    directory=$(files)
    # shellcheck disable=SC2016 # the inner shell's
    bash --norc -c 'source "$1/corun"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _corun; printf "%s\n" "${COMPREPLY[@]}"' bash "$directory" "$CORUN" "$@" |
        sort | tr '\n' ' '
}

complete_fish() {
    local directory
    directory=$(files)
    command -v fish >/dev/null || skip "no fish"
    mkdir -p "$ROOT/bin"
    ln -sf "$(command -v "$CORUN")" "$ROOT/bin/corun"
    HOME=$ROOT PATH=$ROOT/bin:$PATH fish --no-config -c "source $directory/corun.fish; complete -C '$1'" 3>&- | cut -f1 | sort | tr '\n' ' '
}

@test "completions: bash offers every subcommand that help lists, and those of group" {
    files
    assert_equal "$(complete_bash '')" "$("$CORUN" --help | sed -n '/^Commands:/,/^$/p' | awk '/^  / {print $1}' | sort | tr '\n' ' ')"
    assert_equal "$(complete_bash group st)" "start state stats stop "
    assert_equal "$(complete_bash --debug --root /x mounts '')" "add remove "
    assert_equal "$(complete_bash st)" "start state "
}

@test "completions: bash offers every option that help lists" {
    files
    for command in "" create exec update kill 'group run'; do
        # shellcheck disable=SC2086 # words
        assert_equal "$(complete_bash $command --)" \
            "$("$CORUN" $command --help | grep -oE '^ +(-., )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' | sort | tr '\n' ' ')"
    done
}

@test "completions: bash offers the values of options, files and signals" {
    files
    assert_equal "$(complete_bash --log-format '')" "json text "
    assert_equal "$(complete_bash --log-format = '')" "json text "
    assert_equal "$(complete_bash --log-format = j)" "json "
    mkdir "$ROOT/somewhere"
    assert_equal "$(complete_bash create --bundle "$ROOT/some")" "$ROOT/somewhere "
    assert_equal "$(complete_bash kill some-id SIGUS)" "SIGUSR1 SIGUSR2 "
    assert_equal "$(complete_bash delete some-id '')" " "
}

@test "completions: bash, fish and zsh offer the containers below --root" {
    files
    bundle . sleep 100
    for id in "$ID-a" "$ID-b"; do
        corun create --bundle "$BUNDLE" "$id" </dev/null >"$ROOT/out" 2>&1 3>&-
    done
    assert_equal "$(complete_bash --root "$STATE" start '')" "$ID-a $ID-b "
    assert_equal "$(complete_bash --root = "$STATE" delete --force "$ID-b")" "$ID-b "
    assert_equal "$(complete_fish "corun --root $STATE kill ")" "$ID-a $ID-b "
}

@test "completions: fish offers subcommands, options and values" {
    assert_equal "$(complete_fish 'corun group st')" "start state stats stop "
    assert_equal "$(complete_fish 'corun --log-format ')" "json text "
    run -0 complete_fish 'corun create --pid'
    assert_output '^--pid-file'
    run -0 complete_fish 'corun kill some-id SIGUS'
    assert_output '^(SIG)?USR1|^$'
}

@test "completions: zsh takes its file, which knows the same" {
    directory=$(files)
    command -v zsh >/dev/null || skip "no zsh"
    zsh -n "$directory/_corun"
    # shellcheck disable=SC2016 # the inner shell's
    run -0 zsh -fc 'source "$1"; _corun_table "$2"; print -l -- $specs $subcommands $operands' zsh "$directory/_corun" kill
    assert_output '--all\['
    assert_output '1:ID:_corun_containers'
    assert_output '2::SIGNAL:_signals'
}
