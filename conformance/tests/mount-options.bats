#!/usr/bin/env bats
# Every option string of config.md#linux-mount-options: what it does to the mount, as the container's mountinfo shows it.
load ../../tests/lib/corun

# What mountinfo shows of /mnt: the mount's flags and propagation, then the file system's. The last one counts, it is on top.
shown() { contained ".mounts += [$1]" awk '$5 == "/mnt" { line = $6 " "; for (i = 7; i <= NF; i++) line = line $i " " } END { print line }' /proc/self/mountinfo; }

# effect KIND OPTIONS EXPECTED REFUSED: mounts /mnt with the options and looks for a flag that must show and one that must not ('' for none).
# KIND is tmpfs, a new file system, or bind, a directory of the host.
effect() {
    local options source="$ROOT/data"
    options=$(tr ' ' '\n' <<<"$2" | jq -Rsc 'split("\n")[:-1]')
    mkdir -p "$source"
    [ "$1" = bind ] || source=tmpfs
    run shown "{destination: \"/mnt\", type: \"$1\", source: \"$source\", options: $options}"
    if [ "$status" != 0 ] || { [ -n "$3" ] && [[ ! $output =~ (^|[ ,])$3($|[ ,:]) ]]; } || { [ -n "$4" ] && [[ $output =~ (^|[ ,])$4($|[ ,:]) ]]; }; then
        printf '%s %s: exit code %s, %s\nexpected %s, not %s\n' "$1" "$2" "$status" "$output" "${3:-anything}" "${4:-anything}"
        return 1
    fi
}

@test "option: ro, rw" {
    mkdir "$ROOT/data"
    for kind in '"tmpfs", options: ["mode=755", ' "\"bind\", options: [\"bind\", "; do
        for options in '"ro"' '"rw"' '"ro", "rw"'; do
            run -0 shown "{destination: \"/mnt\", source: \"$ROOT/data\", type: $kind$options]}"
            assert_output "^${options: -3:2}," # the mount's flags come first
        done
    done
    run contained '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["ro"]}]' touch /mnt/x
    assert_output 'Read-only'
}

@test "option: nosuid, suid" {
    effect tmpfs nosuid nosuid ''
    effect tmpfs "nosuid suid" '' nosuid
    effect bind "bind nosuid" nosuid ''
    effect bind "bind nosuid suid" '' nosuid
}

@test "option: nodev, dev" {
    effect tmpfs nodev nodev ''
    effect tmpfs "nodev dev" '' nodev
    effect bind "bind nodev" nodev ''
    effect bind "bind nodev dev" '' nodev
}

@test "option: noexec, exec" {
    effect tmpfs noexec noexec ''
    effect tmpfs "noexec exec" '' noexec
    effect bind "bind noexec" noexec ''
    effect bind "bind noexec exec" '' noexec
    run contained '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["noexec"]}]' sh -c 'cp /bin/busybox /mnt/true; /mnt/true'
    assert_output 'Permission denied'
}

@test "option: noatime, atime" {
    effect tmpfs noatime noatime ''
    effect tmpfs "noatime atime" '' noatime
    effect bind "bind noatime" noatime ''
}

@test "option: nodiratime, diratime" {
    effect tmpfs nodiratime nodiratime ''
    effect tmpfs "nodiratime diratime" '' nodiratime
    effect bind "bind nodiratime" nodiratime ''
}

@test "option: relatime, norelatime" {
    effect tmpfs relatime relatime ''
    [ "$(basename "$CORUN")" = runc ] || effect tmpfs "noatime relatime" relatime noatime
    effect tmpfs norelatime '' noatime
}

@test "option: strictatime, nostrictatime" {
    effect tmpfs strictatime '' '(relatime|noatime)'
    effect tmpfs "strictatime nostrictatime" relatime ''
}

@test "option: sync, async" {
    effect tmpfs sync sync ''
    effect tmpfs "sync async" '' sync
}

@test "option: dirsync" {
    effect tmpfs dirsync dirsync ''
}

@test "option: lazytime, nolazytime" {
    effect tmpfs lazytime lazytime ''
    effect tmpfs "lazytime nolazytime" '' lazytime
}

@test "option: iversion, noiversion" {
    # tmpfs would refuse them as data, and shows nothing of the flag
    effect tmpfs iversion '' iversion
    effect tmpfs "iversion noiversion" '' iversion
}

@test "option: silent, loud" {
    effect tmpfs silent '' silent
    effect tmpfs "silent loud" '' '(silent|loud)'
}

@test "option: defaults" {
    only_corun "1.1.5 gives it to the file system"
    effect tmpfs defaults rw '(nosuid|nodev|noexec|sync|defaults)'
    effect tmpfs "defaults nosuid" nosuid ''
}

@test "option: nosymfollow, symfollow" {
    only_corun "1.1.5 does not know it"
    effect tmpfs nosymfollow nosymfollow ''
    effect tmpfs "nosymfollow symfollow" '' nosymfollow
    run contained '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosymfollow"]}]' sh -c 'ln -s /etc/passwd /mnt/x; cat /mnt/x'
    assert_output 'Too many levels of symbolic links'
}

@test "option: bind, rbind" {
    mkdir -p "$ROOT/data/sub"
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    touch "$ROOT/data/here" "$ROOT/data/sub/below"
    bind=$(contained '.mounts += [{destination: "/mnt", source: "\($root)/data", options: ["bind"]}]' sh -c 'cd /mnt; find . -type f | sort') || true
    rbind=$(contained '.mounts += [{destination: "/mnt", source: "\($root)/data", options: ["rbind"]}]' sh -c 'cd /mnt; find . -type f | sort') || true
    umount "$ROOT/data/sub"
    assert_equal "$bind" ./here
    assert_equal "$rbind" $'./here\n./sub/below'
}

@test "option: remount" {
    bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs"}, {destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["remount", "ro", "nosuid"]}]' \
        sh -c 'grep -c " /mnt " /proc/self/mountinfo; grep " /mnt " /proc/self/mounts'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "${lines[0]}" 1
    assert_output ' ro,'
    assert_output 'nosuid'
}

@test "option: shared, rshared, private, rprivate" {
    effect bind "bind shared" shared ''
    effect bind "rbind rshared" shared ''
    effect bind "bind shared private" '' shared
    effect bind "rbind rshared rprivate" '' shared
}

@test "option: slave, rslave" {
    mkdir -p "$ROOT/data/sub"
    mount --bind "$ROOT/data" "$ROOT/data"
    mount --make-shared "$ROOT/data"
    failed=''
    effect bind "bind slave" master '' || failed="slave $output"
    effect bind "rbind rslave" master '' || failed="rslave $output"
    umount "$ROOT/data"
    assert_equal "$failed" ''
}

@test "option: unbindable, runbindable" {
    effect bind "bind unbindable" unbindable ''
    effect bind "rbind runbindable" unbindable ''
    effect tmpfs unbindable unbindable ''
}

# recursive OPTION EXPECTED REFUSED [OTHER]: binds a tree of two mounts recursively with OTHER and then OPTION, and looks at the lower one.
recursive() {
    local options='["rbind", "'$1'"]'
    [ -z "${4-}" ] || options='["rbind", "'$4'", "'$1'"]'
    run contained ".mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: $options}]" awk '$5 == "/mnt/sub" { print $6 }' /proc/self/mountinfo
    [ "$status" = 0 ] && [ -n "$output" ] && { [ -z "$2" ] || [[ ,$output, =~ ,$2, ]]; } && { [ -z "$3" ] || [[ ! ,$output, =~ ,$3, ]]; } ||
        failed="$failed$1 after ${4:-nothing}: $status $output; "
}

@test "option: every recursive one reaches the mounts below" {
    only_corun "1.1.5 was built without them"
    mkdir -p "$ROOT/data/sub"
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    failed=''
    recursive rro ro rw
    recursive rrw rw ro
    recursive rnosuid nosuid ''
    recursive rnodev nodev ''
    recursive rnoexec noexec ''
    recursive rnoatime noatime ''
    recursive rnodiratime nodiratime ''
    recursive rrelatime relatime ''
    recursive rstrictatime '' '(relatime|noatime)'
    recursive rnosymfollow nosymfollow ''
    umount "$ROOT/data/sub"
    # and their opposites, on a tree that has the flag
    mount -t tmpfs -o ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow tmpfs "$ROOT/data/sub"
    recursive rrw rw ro
    recursive rsuid '' nosuid
    recursive rdev '' nodev
    recursive rexec '' noexec
    recursive ratime '' noatime
    recursive rdiratime '' nodiratime
    recursive rsymfollow '' nosymfollow
    recursive rrelatime relatime noatime
    recursive rnorelatime '' '' rrelatime # relatime is also the kernel's default
    recursive rnostrictatime '' '' rstrictatime
    umount "$ROOT/data/sub"
    assert_equal "$failed" ''
}

@test "option: those of mount(8) for fstab change nothing" {
    only_corun "1.1.5 gives them to the file system"
    for option in auto noauto _netdev nofail nouser; do
        effect tmpfs "$option" rw "$option"
    done
}

@test "option: an unknown one goes to the file system" {
    effect tmpfs "size=1m nr_inodes=77 mode=711" 'nr_inodes=77' ''
    effect tmpfs "size=1m nr_inodes=77 mode=711" 'mode=711' ''
    bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosuchoption"]}]'
    refused '/mnt|nosuchoption' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}
