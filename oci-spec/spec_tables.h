/* The JSON types of config.json's parts, each defined beside its rows. Internal to oci-spec/ and its tests. */
#ifndef OCI_SPEC_SPEC_TABLES_H
#define OCI_SPEC_SPEC_TABLES_H

#include "oci-spec/json.h"

extern const struct json_type json_spec;                  /* struct spec */
extern const struct json_type json_spec_process;          /* struct spec_process */
extern const struct json_type json_spec_hooks;            /* struct spec_hooks */
extern const struct json_type json_spec_id_mapping_list;  /* struct spec_id_mapping_list */
extern const struct json_type json_spec_linux;            /* struct spec_linux */
extern const struct json_type json_spec_resources;        /* struct spec_resources */
extern const struct json_type json_spec_block_io_pointer; /* struct spec_block_io * */
extern const struct json_type json_spec_seccomp;          /* struct spec_seccomp */
extern const struct json_type json_spec_vm; /* struct spec_vm, and so on: spec_other.h */
extern const struct json_type json_spec_windows;
extern const struct json_type json_spec_solaris;
extern const struct json_type json_spec_zos;
extern const struct json_type json_spec_freebsd;

#endif
