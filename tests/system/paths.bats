#!/usr/bin/env bats
# maskedPaths and readonlyPaths (config-linux.md#masked-paths, #readonly-paths).
load ../lib/corun

@test "masked: a file reads as empty, a directory lists nothing" {
    bundle '.linux.maskedPaths = ["/etc/passwd", "/home"]' sh -c 'cat /etc/passwd; ls -A /home; echo end'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" end
    [ -s "$BUNDLE/rootfs/etc/passwd" ]
}

@test "masked: a directory cannot be written" {
    run contained '.linux.maskedPaths = ["/home"]' touch /home/x
    [ "$status" != 0 ]
    assert_output 'Read-only'
}

@test "masked: a path that does not exist is no error" {
    contained '.linux.maskedPaths = ["/no/such/path"]' true
}

@test "masked: many directories" {
    run -0 contained '.linux.maskedPaths = ["/home", "/work", "/run", "/mnt", "/root", "/var", "/tmp"]' \
        sh -c 'ls -A /home /work /run /mnt /root /var /tmp | grep -v : | tr -d "\n"; echo end'
    assert_equal "$output" end
}

@test "masked: the template's paths below /proc" {
    run -0 contained . sh -c 'cat /proc/keys /proc/timer_list 2>/dev/null | wc -c; ls -A /proc/acpi /sys/firmware 2>/dev/null | grep -v : | tr -d "\n"; echo end'
    assert_equal "$output" $'0\nend'
}

@test "masked: a symlink is followed inside the root" {
    bundle '.linux.maskedPaths = ["/link"]' sh -c 'cat /etc/passwd; echo end'
    ln -s /etc/passwd "$BUNDLE/rootfs/link"
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || assert_equal "$output" end
}

@test "read-only: a file and a directory cannot be written, and can be read" {
    run -0 contained '.linux.readonlyPaths = ["/etc/passwd", "/home"]' \
        sh -c 'head -n 1 /etc/passwd; echo x 2>/dev/null >>/etc/passwd || echo refused; touch /home/x 2>/dev/null || echo refused'
    assert_output $'^root:.*\nrefused\nrefused$'
}

@test "read-only: sysctls cannot be written" {
    run -0 contained . sh -c 'echo h2 2>/dev/null >/proc/sys/kernel/hostname || echo refused'
    assert_output refused
}

@test "read-only: a path that does not exist is no error" {
    contained '.linux.readonlyPaths = ["/no/such/path"]' true
}

@test "read-only: flags that the mount had are kept" {
    run -0 contained '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "noexec"]}]
        | .linux.readonlyPaths = ["/mnt"]' sh -c 'grep " /mnt " /proc/self/mounts | tail -n 1'
    assert_output 'ro,nosuid,nodev,noexec'
}

@test "paths must be absolute" {
    bundle '.linux.maskedPaths = ["etc/passwd"]'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || only_corun "it takes them"
    nothing_left
}
