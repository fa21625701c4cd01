/* A bundle on disk: its absolute path, and its config.json as bytes and decoded. */
#ifndef RUNTIME_CONTAINER_BUNDLE_H
#define RUNTIME_CONTAINER_BUNDLE_H

#include "base/arena.h"
#include "base/error.h"
#include "oci-spec/spec.h"
#include "runtime/container/content.h"

struct bundle {
    const char *path; /* absolute, without "." and ".." */
    struct content config;
    struct spec *spec;
};

/* path NULL: the current directory. config_path NULL: config.json in it. */
int bundle_read(struct arena *arena, const char *path, const char *config_path,
                struct bundle *ret_bundle, struct error *err);

#endif
