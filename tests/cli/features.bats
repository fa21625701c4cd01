#!/usr/bin/env bats
# features: what this build can do (features.md, features-linux.md).
load ../lib/corun

@test "features: versions, hooks, namespaces" {
    run -0 "$CORUN" features
    jq -e '.ociVersionMin == "1.0.0" and (.ociVersionMax | startswith("1."))' <<<"$output"
    jq -e '(.hooks | sort) == ["createContainer", "createRuntime", "poststart", "poststop", "prestart", "startContainer"]' <<<"$output"
    jq -e '.linux.namespaces | contains(["cgroup", "ipc", "mount", "network", "pid", "user", "uts"])' <<<"$output"
}

@test "features: mount options, capabilities, seccomp" {
    run -0 "$CORUN" features
    jq -e '.mountOptions | contains(["bind", "rbind", "ro", "rw", "nosuid", "rprivate", "tmpcopyup"])' <<<"$output"
    jq -e '.linux.capabilities | contains(["CAP_CHOWN", "CAP_SYS_ADMIN"])' <<<"$output"
    jq -e '.linux.seccomp.enabled and (.linux.seccomp.actions | contains(["SCMP_ACT_ALLOW", "SCMP_ACT_NOTIFY"]))' <<<"$output"
    jq -e '.linux.seccomp.archs | contains(["SCMP_ARCH_X86_64"])' <<<"$output"
}

@test "features: the spec's recursive mount options and the newer namespaces" {
    only_corun "1.1.5 is older than they are"
    run -0 "$CORUN" features
    jq -e '.ociVersionMax == "1.3.0"' <<<"$output"
    jq -e '.annotations["org.corun.checkpoint.enabled"] == "true"' <<<"$output"
    jq -e '.mountOptions | contains(["rro", "rnosuid", "rnosymfollow", "idmap"]) or contains(["rro", "rnosuid"])' <<<"$output"
    jq -e '.linux.namespaces | contains(["time"])' <<<"$output"
}

@test "features: works without privileges and takes no argument" {
    install -m 755 "$(command -v "$CORUN")" "$ROOT/program"
    run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$ROOT/program" features
    jq -e .ociVersionMin <<<"$output"
}

@test "features: a full disk is an error" {
    attempt sh -c '"$1" features >/dev/full' sh "$CORUN"
    [ "$status" = 1 ]
    assert_output 'standard output'
}
