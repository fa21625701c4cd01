#!/usr/bin/env bats
# Mounts and their options, the root, propagation (config.md#mounts, config-linux.md#rootfs-mount-propagation).
load ../lib/corun

# mounts JSON-ARRAY PROGRAM...: adds mounts to the template and runs the program.
with_mounts() {
    bundle ".mounts += $1" "${@:2}"
    corun run --bundle "$BUNDLE" "$ID"
}

# The options that /proc/self/mountinfo shows for a mount point, per mount then per superblock.
options_of() { echo "awk '\$5 == \"$1\"' /proc/self/mountinfo | cut -d' ' -f6-"; }

@test "mounts: the template's are there, in order and with their options" {
    run -0 contained . cat /proc/self/mounts
    assert_output 'proc /proc proc rw,(nosuid,nodev,noexec,)?relatime'
    assert_output 'tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755'
    assert_output 'devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666'
    assert_output '/dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k'
    assert_output 'mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime'
    assert_output 'sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime'
}

@test "mounts: a bind mount" {
    mkdir "$ROOT/data"
    echo hello >"$ROOT/data/file"
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["bind", "rw"]}]' \
        sh -c 'cat /mnt/file; echo back >/mnt/new'
    assert_equal "$output" hello
    assert_equal "$(cat "$ROOT/data/new")" back
}

@test "mounts: a bind mount without a type, by its option alone" {
    mkdir "$ROOT/data"
    run -0 with_mounts '[{destination: "/mnt", source: "\($root)/data", options: ["bind"]}]' sh -c ': >/mnt/new'
    [ -e "$ROOT/data/new" ]
}

@test "mounts: a bind source relative to the bundle" {
    mkdir -p "$BUNDLE/data"
    echo relative >"$BUNDLE/data/file"
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "data", options: ["bind"]}]' cat /mnt/file
    assert_equal "$output" relative
}

@test "mounts: a file on a file, its mount point made when missing" {
    echo hello >"$ROOT/file"
    run -0 with_mounts '[{destination: "/etc/made/file", type: "bind", source: "\($root)/file", options: ["bind", "ro"]}]' \
        sh -c 'cat /etc/made/file; echo x >/etc/made/file || echo read-only'
    assert_output hello
    assert_output read-only
    assert_equal "$(cat "$ROOT/file")" hello
}

@test "mounts: missing directories of a destination are made" {
    run -0 with_mounts '[{destination: "/a/b/c", type: "tmpfs", source: "tmpfs"}]' sh -c 'touch /a/b/c/x && ls /a/b/c'
    assert_equal "$output" x
}

@test "mounts: bind read-only, nosuid, nodev, noexec, noatime" {
    mkdir "$ROOT/data"
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data",
        options: ["bind", "ro", "nosuid", "nodev", "noexec", "noatime"]}]' sh -c "$(options_of /mnt)"
    assert_output '^ro,nosuid,nodev,noexec,noatime'
}

@test "mounts: bind does not take along what is mounted below, rbind does" {
    mkdir -p "$ROOT/data/sub"
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    touch "$ROOT/data/sub/below"
    run with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["bind"]}]' ls /mnt/sub
    first=$status/$output
    run with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["rbind"]}]' ls /mnt/sub
    umount "$ROOT/data/sub"
    assert_equal "$first" 0/
    assert_equal "$status/$output" 0/below
}

@test "mounts: ro is for the mount itself, rro for all below" {
    only_corun "bookworm's kernel headers kept 1.1.5 from the recursive ones"
    mkdir -p "$ROOT/data/sub"
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    run with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["rbind", "ro"]}]' sh -c 'touch /mnt/sub/x && echo writable'
    first=$output
    run with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["rbind", "rro"]}]' sh -c 'touch /mnt/sub/y || echo refused'
    umount "$ROOT/data/sub"
    assert_equal "$first" writable
    assert_output 'refused'
}

@test "mounts: every recursive attribute" {
    only_corun "1.1.5 knows fewer"
    mkdir "$ROOT/data"
    for pair in rro:ro rnosuid:nosuid rnodev:nodev rnoexec:noexec rnoatime:noatime rnodiratime:nodiratime rrelatime:relatime rnosymfollow:nosymfollow; do
        run -0 with_mounts "[{destination: \"/mnt\", type: \"bind\", source: \"\(\$root)/data\", options: [\"rbind\", \"${pair%:*}\"]}]" \
            sh -c "$(options_of /mnt)"
        assert_output "(^|,)${pair#*:}[, ]"
    done
    # and their opposites are accepted
    for option in rrw rsuid rdev rexec ratime rdiratime rnorelatime rnostrictatime rstrictatime rsymfollow; do
        run -0 with_mounts "[{destination: \"/mnt\", type: \"bind\", source: \"\(\$root)/data\", options: [\"rbind\", \"$option\"]}]" true
    done
}

@test "mounts: every plain option of the spec's table is accepted" {
    for option in async atime defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec noiversion \
        nolazytime nomand norelatime nostrictatime nosuid private relatime ro rprivate rshared rslave runbindable rw shared silent slave \
        strictatime suid sync unbindable; do
        [ "$option" != mand ] || continue # mandatory locking is gone from the kernel since 5.15
        [ "$option" != defaults ] || [ "$(basename "$CORUN")" != runc ] || continue
        run with_mounts "[{destination: \"/mnt\", type: \"tmpfs\", source: \"tmpfs\", options: [\"$option\"]}]" true
        [ "$status" = 0 ] || {
            echo "$option: $output"
            return 1
        }
    done
}

@test "mounts: tmpfs with size, mode, uid, gid" {
    run -0 with_mounts '[{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["size=1m", "mode=750", "uid=12", "gid=34"]}]' \
        sh -c 'stat -c "%a %u %g" /mnt; df -k /mnt | tail -n 1'
    assert_output ' 12 34'
    assert_output ' 1024 '
    only_corun "1.1.5 gives it the mode of the directory below"
    assert_output '^750 '
}

@test "mounts: tmpcopyup takes the content along" {
    bundle '.mounts += [{destination: "/home", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}]' \
        sh -c 'cat /home/user/file; readlink /home/user/link; stat -c "%a %u" /home/user/file; echo x >/home/new'
    echo copied >"$BUNDLE/rootfs/home/user/file"
    chown 12 "$BUNDLE/rootfs/home/user/file"
    chmod 640 "$BUNDLE/rootfs/home/user/file"
    ln -s file "$BUNDLE/rootfs/home/user/link"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'copied\nfile\n640 12'
    [ ! -e "$BUNDLE/rootfs/home/new" ]
}

@test "mounts: a tmpfs has the mode of the directory it covers, unless it is given one" {
    bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosuid"]},
        {destination: "/made", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]},
        {destination: "/home", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]},
        {destination: "/work", type: "tmpfs", source: "tmpfs", options: ["ro"]}]' stat -c %a /mnt /made /home /work
    chmod 2710 "$BUNDLE/rootfs/mnt" "$BUNDLE/rootfs/home"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'2710\n1777\n2710\n755'
}

@test "mounts: mode and owner given with tmpcopyup are kept" {
    bundle '.mounts += [{destination: "/home/user", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "mode=1750", "uid=12", "gid=34"]}]' \
        stat -c '%a %u %g' /home/user
    only_corun "1.1.5 gives it the mode of the directory below"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" '1750 12 34'
}

@test "mounts: option data for the file system is passed on, unknown data is refused" {
    bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosuchoption=1"]}]'
    refused '/mnt|nosuchoption' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "mounts: a missing bind source is refused" {
    bundle '.mounts += [{destination: "/mnt", type: "bind", source: "\($root)/none", options: ["bind"]}]'
    refused "$ROOT/none" corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "mounts: an unknown file system is refused" {
    bundle '.mounts += [{destination: "/mnt", type: "nosuchfs", source: "none"}]'
    refused 'nosuchfs' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "mounts: later ones lie on earlier ones" {
    mkdir "$ROOT/one" "$ROOT/two"
    touch "$ROOT/one/1" "$ROOT/two/2"
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/one", options: ["bind"]},
        {destination: "/mnt", type: "bind", source: "\($root)/two", options: ["bind"]}]' ls /mnt
    assert_equal "$output" 2
}

@test "mounts: an overlay" {
    mkdir "$ROOT"/{lower,upper,worker}
    echo below >"$ROOT/lower/file"
    run -0 with_mounts '[{destination: "/mnt", type: "overlay", source: "overlay",
        options: ["lowerdir=\($root)/lower", "upperdir=\($root)/upper", "workdir=\($root)/worker"]}]' sh -c 'cat /mnt/file; echo above >/mnt/file'
    assert_equal "$output" below
    assert_equal "$(cat "$ROOT/upper/file")" above
    assert_equal "$(cat "$ROOT/lower/file")" below
}

@test "mounts: a cgroup mount shows the container's own hierarchies" {
    run -0 contained . sh -c 'cd /sys/fs/cgroup; ls; cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max'
    assert_output memory
    assert_output pids
}

@test "mounts: a symlinked destination stays inside the root" {
    mkdir "$ROOT/data" "$ROOT/outside"
    bundle '.mounts += [{destination: "/link/x", type: "bind", source: "\($root)/data", options: ["bind"]}]' sh -c 'ls -d /tmp/outside/x'
    ln -s /tmp/outside "$BUNDLE/rootfs/link"
    mkdir "$BUNDLE/rootfs/tmp/outside"
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ ! -e /tmp/outside ]
    [ -z "$(ls "$ROOT/outside")" ]
}

@test "root: read-only" {
    run contained '.root.readonly = true' touch /x
    [ "$status" != 0 ]
    assert_output 'Read-only'
    run -0 contained '.root.readonly = true | .mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs"}]' touch /mnt/x
}

@test "root: writable, and the host's file system sees it" {
    run -0 contained . touch /x
    [ -e "$BUNDLE/rootfs/x" ]
}

@test "root: an absolute path, and a relative one" {
    bundle '.root.path = "\($root)/bundle/rootfs"' true
    corun run --bundle "$BUNDLE" "$ID"
    bundle '.root.path = "./rootfs"' true
    corun run --bundle "$BUNDLE" "$ID"
}

@test "root: a symlink to the root file system" {
    only_corun "it refuses"
    bundle . true
    mv "$BUNDLE/rootfs" "$BUNDLE/real"
    ln -s real "$BUNDLE/rootfs"
    corun run --bundle "$BUNDLE" "$ID"
}

@test "root: nothing of the host shows" {
    run -0 contained . cat /proc/self/mountinfo
    refute_output '/var/lib|/home/[a-z]+/|/run/corun'
    run -0 contained . ls /
    refute_output 'work.*main'
}

@test "root: propagation" {
    for pair in private: slave:master: shared:shared:; do
        IFS=: read -r kind word _ <<<"$pair"
        bundle ".linux.rootfsPropagation = \"$kind\"" sh -c "$(options_of /)"
        run -0 corun run --bundle "$BUNDLE" "$ID"
        case $kind in
        private) refute_output 'shared:|master:' ;;
        shared) [ "$(basename "$CORUN")" = runc ] || assert_output 'shared:' ;;
        esac
    done
}

@test "mounts: propagation of one mount" {
    mkdir "$ROOT/data"
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["bind", "rshared"]}]' \
        sh -c "$(options_of /mnt)"
    assert_output 'shared:'
    run -0 with_mounts '[{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["bind", "rprivate"]}]' \
        sh -c "$(options_of /mnt)"
    refute_output 'shared:'
}

@test "mounts: rslave receives what the host mounts later" {
    mkdir "$ROOT/data"
    mount --bind "$ROOT/data" "$ROOT/data"
    mount --make-shared "$ROOT/data"
    mkdir "$ROOT/data/sub"
    start_sleeper '.mounts += [{destination: "/mnt", type: "bind", source: "\($root)/data", options: ["rbind", "rslave"]}] | .linux.rootfsPropagation = "rslave"'
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    touch "$ROOT/data/sub/later"
    found=$(ls "/proc/$(pid_of "$ID")/root/mnt/sub")
    corun delete --force "$ID"
    umount "$ROOT/data/sub" "$ROOT/data"
    assert_equal "$found" later
}

@test "mounts: the host's mount table is the same before and after" {
    # in a mount namespace that nobody else changes
    same_table() {
        local before
        before=$(</proc/self/mountinfo)
        corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$(</proc/self/mountinfo)" "$before"
    }
    bundle . true
    export -f corun assert_equal same_table
    export BUNDLE ID CORUN STATE
    unshare -m --propagation private bash -euo pipefail -c same_table 3>&-
}

@test "mounts: without a mount namespace of its own the create is refused" {
    bundle '.linux.namespaces |= map(select(.type != "mount"))'
    refused 'mount' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}
