/* The group file as rows. */
#include "runtime/group/spec.h"

#include "oci-spec/spec_tables.h"

static const struct name restart_rows[] = {
    {"Always",    GROUP_RESTART_ALWAYS    },
    {"Never",     GROUP_RESTART_NEVER     },
    {"OnFailure", GROUP_RESTART_ON_FAILURE},
};
static const struct names restart_names = NAMES("restart policy", restart_rows);
static const struct json_type restart_type = {JSON_NAME_IN(restart_names)};

static const struct name oom_rows[] = {
    {"Group",  GROUP_OOM_GROUP },
    {"Member", GROUP_OOM_MEMBER},
};
static const struct names oom_names = NAMES("OOM policy", oom_rows);
static const struct json_type oom_type = {JSON_NAME_IN(oom_names)};

static const struct name namespace_rows[] = {
    {"ipc",     0},
    {"network", 0},
    {"uts",     0},
};
static const struct names namespace_names = NAMES("namespace to share", namespace_rows);
static const struct json_type namespace_type = {JSON_TEXT_IN(namespace_names)};
static const struct json_type namespaces_type = {JSON_TEXTS_OF(namespace_type)};

/* More than any machine has, and small enough that sums of 60 do not overflow. */
static const struct json_type cpu_type = {JSON_MILLIONTHS_TO(65536)};
static const struct json_type memory_type = {JSON_MILLIONTHS_TO(1048576)};
static const struct json_type pids_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 1, .max = 4194304};
static const struct json_type size_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 4096, .max = INT64_MAX};
static const struct json_type grace_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 1, .max = 86400};
static const struct json_type cpu_pointer_type = {JSON_POINTER_TO(cpu_type)};
static const struct json_type memory_pointer_type = {JSON_POINTER_TO(memory_type)};
static const struct json_type pids_pointer_type = {JSON_POINTER_TO(pids_type)};

static const struct json_field amounts_fields[] = {
    {"cpu",        &cpu_pointer_type,    AT(struct group_amounts, cpu),          0},
    {"memoryInGB", &memory_pointer_type, AT(struct group_amounts, memory_in_gb), 0},
    {"pids",       &pids_pointer_type,   AT(struct group_amounts, pids),         0},
};
static const struct json_type amounts_type = {
    JSON_OBJECT_OF("amounts", struct group_amounts, amounts_fields)};
static const struct json_type amounts_pointer_type = {JSON_POINTER_TO(amounts_type)};

static const struct json_field limits_fields[] = {
    {"cpu",        &cpu_pointer_type,           AT(struct group_amounts, cpu),          0},
    {"memoryInGB", &memory_pointer_type,        AT(struct group_amounts, memory_in_gb), 0},
    {"pids",       &pids_pointer_type,          AT(struct group_amounts, pids),         0},
    {"io",         &json_spec_block_io_pointer, AT(struct group_amounts, io),           0},
};
static const struct json_type limits_type = {
    JSON_OBJECT_OF("limits", struct group_amounts, limits_fields)};
static const struct json_type limits_pointer_type = {JSON_POINTER_TO(limits_type)};

static const struct json_field resources_fields[] = {
    {"requests", &amounts_pointer_type, AT(struct group_resources, requests), 0},
    {"limits",   &limits_pointer_type,  AT(struct group_resources, limits),   0},
};
static const struct json_type resources_type = {
    JSON_OBJECT_OF("resources", struct group_resources, resources_fields)};
static const struct json_type resources_pointer_type = {JSON_POINTER_TO(resources_type)};

static const struct json_field volume_mount_fields[] = {
    {"name",      &json_text,          AT(struct group_volume_mount, name),        JSON_REQUIRED},
    {"mountPath", &json_absolute_path, AT(struct group_volume_mount, mount_path),  JSON_REQUIRED},
    {"subPath",   &json_text,          AT(struct group_volume_mount, sub_path),    0            },
    {"readOnly",  &json_bool,          AT(struct group_volume_mount, is_readonly), 0            },
};
static const struct json_type volume_mount_type = {
    JSON_OBJECT_OF("volume mount", struct group_volume_mount, volume_mount_fields)};
static const struct json_type volume_mounts_type = {JSON_LIST_OF(volume_mount_type)};

static const struct json_field variable_fields[] = {
    {"name",        &json_text,   AT(struct group_variable, name),         JSON_REQUIRED},
    {"value",       &json_string, AT(struct group_variable, value),        0            },
    {"secureValue", &json_string, AT(struct group_variable, secure_value), JSON_SECRET  },
};
static const struct json_type variable_type = {
    JSON_OBJECT_OF("variable", struct group_variable, variable_fields)};
static const struct json_type variables_type = {JSON_LIST_OF(variable_type)};

static const struct json_type seconds_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 1, .max = 86400};
static const struct json_type delay_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 0, .max = 86400};

static const struct json_field exec_fields[] = {
    {"command", &json_strings, AT(struct group_exec, command), JSON_REQUIRED},
};
static const struct json_type exec_type = {JSON_OBJECT_OF("exec", struct group_exec, exec_fields)};

static const struct json_field probe_fields[] = {
    {"exec",                &exec_type,    AT(struct group_probe, exec),                  JSON_REQUIRED},
    {"initialDelaySeconds", &delay_type,   AT(struct group_probe, initial_delay_seconds), 0            },
    {"periodSeconds",       &seconds_type, AT(struct group_probe, period_seconds),        0            },
    {"timeoutSeconds",      &seconds_type, AT(struct group_probe, timeout_seconds),       0            },
    {"failureThreshold",    &seconds_type, AT(struct group_probe, failure_threshold),     0            },
    {"successThreshold",    &seconds_type, AT(struct group_probe, success_threshold),     0            },
};
static const struct json_type probe_type = {
    JSON_OBJECT_OF("probe", struct group_probe, probe_fields)};
static const struct json_type probe_pointer_type = {JSON_POINTER_TO(probe_type)};

static const struct name protocol_rows[] = {
    {"TCP", GROUP_TCP},
    {"UDP", GROUP_UDP},
};
static const struct names protocol_names = NAMES("protocol", protocol_rows);
static const struct json_type protocol_type = {JSON_NAME_IN(protocol_names)};
static const struct json_type port_number_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 1, .max = 65535};

static const struct json_field port_fields[] = {
    {"port",     &port_number_type, AT(struct group_port, port),     JSON_REQUIRED},
    {"protocol", &protocol_type,    AT(struct group_port, protocol), JSON_ALWAYS  },
};
static const struct json_type port_type = {JSON_OBJECT_OF("port", struct group_port, port_fields)};
const struct json_type group_ports_type = {JSON_LIST_OF(port_type)};

static const struct json_field container_fields[] = {
    {"name",                 &json_text,              AT(struct group_container, name),          JSON_REQUIRED},
    {"bundle",               &json_text,              AT(struct group_container, bundle),        0            },
    {"command",              &json_strings,           AT(struct group_container, command),       0            },
    {"environmentVariables", &variables_type,         AT(struct group_container, variables),     0            },
    {"resources",            &resources_pointer_type, AT(struct group_container, resources),     0            },
    {"volumeMounts",         &volume_mounts_type,     AT(struct group_container, volume_mounts), 0            },
    {"ports",                &group_ports_type,       AT(struct group_container, ports),         0            },
    {"livenessProbe",        &probe_pointer_type,     AT(struct group_container, liveness),      0            },
    {"readinessProbe",       &probe_pointer_type,     AT(struct group_container, readiness),     0            },
};
static const struct json_type container_type = {
    JSON_OBJECT_OF("container", struct group_container, container_fields)};
static const struct json_type containers_type = {JSON_LIST_OF(container_type)};

static const struct json_field empty_dir_fields[] = {
    {"sizeLimit", &size_type, AT(struct group_memory_volume, size), 0},
};
static const struct json_type empty_dir_type = {
    JSON_OBJECT_OF("emptyDir", struct group_memory_volume, empty_dir_fields)};
static const struct json_type empty_dir_pointer_type = {JSON_POINTER_TO(empty_dir_type)};

static const struct json_field tmpfs_fields[] = {
    {"size", &size_type, AT(struct group_memory_volume, size), 0},
};
static const struct json_type tmpfs_type = {
    JSON_OBJECT_OF("tmpfs", struct group_memory_volume, tmpfs_fields)};
static const struct json_type tmpfs_pointer_type = {JSON_POINTER_TO(tmpfs_type)};

static const struct json_field host_volume_fields[] = {
    {"path", &json_absolute_path, AT(struct group_host_volume, path), JSON_REQUIRED},
};
static const struct json_type host_volume_type = {
    JSON_OBJECT_OF("host path", struct group_host_volume, host_volume_fields)};
static const struct json_type host_volume_pointer_type = {JSON_POINTER_TO(host_volume_type)};

static const struct name image_rows[] = {
    {"erofs",    GROUP_EROFS   },
    {"ext4",     GROUP_EXT4    },
    {"squashfs", GROUP_SQUASHFS},
};
static const struct names image_names = NAMES("type of image", image_rows);
static const struct json_type image_name_type = {JSON_NAME_IN(image_names)};
static const struct json_type offset_type = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 0, .max = INT64_MAX / 2};

static const struct json_field image_fields[] = {
    {"path",       &json_absolute_path, AT(struct group_image_volume, path),        JSON_REQUIRED},
    {"fsType",     &image_name_type,    AT(struct group_image_volume, type),        JSON_REQUIRED},
    {"rootHash",   &json_text,          AT(struct group_image_volume, root_hash),   0            },
    {"hashPath",   &json_absolute_path, AT(struct group_image_volume, hash_path),   0            },
    {"hashOffset", &offset_type,        AT(struct group_image_volume, hash_offset), 0            },
    {"digest",     &json_text,          AT(struct group_image_volume, digest),      0            },
};
static const struct json_type image_type = {
    JSON_OBJECT_OF("image", struct group_image_volume, image_fields)};
static const struct json_type image_pointer_type = {JSON_POINTER_TO(image_type)};

static const struct json_field overlay_fields[] = {
    {"lower", &json_absolute_paths, AT(struct group_overlay_volume, lower), JSON_REQUIRED},
    {"upper", &json_absolute_path,  AT(struct group_overlay_volume, upper), 0            },
    {"work",  &json_absolute_path,  AT(struct group_overlay_volume, work),  0            },
};
static const struct json_type overlay_type = {
    JSON_OBJECT_OF("overlay", struct group_overlay_volume, overlay_fields)};
static const struct json_type overlay_pointer_type = {JSON_POINTER_TO(overlay_type)};

static const struct json_field cifs_fields[] = {
    {"server",          &json_text,          AT(struct group_cifs_volume, server),           JSON_REQUIRED},
    {"share",           &json_text,          AT(struct group_cifs_volume, share),            JSON_REQUIRED},
    {"credentialsFile", &json_absolute_path, AT(struct group_cifs_volume, credentials_file), 0            },
    {"options",         &json_strings,       AT(struct group_cifs_volume, options),          0            },
};
static const struct json_type cifs_type = {
    JSON_OBJECT_OF("cifs", struct group_cifs_volume, cifs_fields)};
static const struct json_type cifs_pointer_type = {JSON_POINTER_TO(cifs_type)};

static const struct json_field azure_fields[] = {
    {"shareName",          &json_text,   AT(struct group_azure_volume, share),   JSON_REQUIRED},
    {"storageAccountName", &json_text,   AT(struct group_azure_volume, account), JSON_REQUIRED},
    {"storageAccountKey",  &json_string, AT(struct group_azure_volume, key),     JSON_SECRET  },
};
static const struct json_type azure_type = {
    JSON_OBJECT_OF("azureFile", struct group_azure_volume, azure_fields)};
static const struct json_type azure_pointer_type = {JSON_POINTER_TO(azure_type)};

static const struct json_field nfs_fields[] = {
    {"server",  &json_text,          AT(struct group_nfs_volume, server),  JSON_REQUIRED},
    {"path",    &json_absolute_path, AT(struct group_nfs_volume, path),    JSON_REQUIRED},
    {"options", &json_strings,       AT(struct group_nfs_volume, options), 0            },
};
static const struct json_type nfs_type = {
    JSON_OBJECT_OF("nfs", struct group_nfs_volume, nfs_fields)};
static const struct json_type nfs_pointer_type = {JSON_POINTER_TO(nfs_type)};

static const struct json_type paths_type = {
    .kind = JSON_TEXT_MAP, .size = sizeof(struct text_map), .item = &json_absolute_path};

static const struct json_field volume_fields[] = {
    {"name",        &json_text,                AT(struct group_volume, name),         JSON_REQUIRED},
    {"emptyDir",    &empty_dir_pointer_type,   AT(struct group_volume, empty_dir),    0            },
    {"tmpfs",       &tmpfs_pointer_type,       AT(struct group_volume, tmpfs),        0            },
    {"directory",   &host_volume_pointer_type, AT(struct group_volume, directory),    0            },
    {"bind",        &host_volume_pointer_type, AT(struct group_volume, bind),         0            },
    {"image",       &image_pointer_type,       AT(struct group_volume, image),        0            },
    {"overlay",     &overlay_pointer_type,     AT(struct group_volume, overlay),      0            },
    {"cifs",        &cifs_pointer_type,        AT(struct group_volume, cifs),         0            },
    {"azureFile",   &azure_pointer_type,       AT(struct group_volume, azure_file),   0            },
    {"nfs",         &nfs_pointer_type,         AT(struct group_volume, nfs),          0            },
    {"secret",      &json_text_map,            AT(struct group_volume, secret),       JSON_SECRET  },
    {"secretFiles", &paths_type,               AT(struct group_volume, secret_files), 0            },
    {"config",      &json_text_map,            AT(struct group_volume, config),       JSON_SECRET  },
    {"configFiles", &paths_type,               AT(struct group_volume, config_files), 0            },
    {"readOnly",    &json_bool,                AT(struct group_volume, is_readonly),  0            },
};
static const struct json_type volume_type = {
    JSON_OBJECT_OF("volume", struct group_volume, volume_fields)};
static const struct json_type volumes_type = {JSON_LIST_OF(volume_type)};

static const struct json_type texts_type = {JSON_TEXTS_OF(json_text)};
static const struct json_field dns_fields[] = {
    {"nameServers",   &texts_type, AT(struct group_dns, name_servers),   0},
    {"searchDomains", &texts_type, AT(struct group_dns, search_domains), 0},
    {"options",       &texts_type, AT(struct group_dns, options),        0},
};
static const struct json_type dns_type = {
    JSON_OBJECT_OF("dnsConfig", struct group_dns, dns_fields)};
static const struct json_type dns_pointer_type = {JSON_POINTER_TO(dns_type)};

static const struct json_field spec_fields[] = {
    {"hostname",               &json_text,                 AT(struct group_spec, hostname),         0},
    {"domainName",             &json_text,                 AT(struct group_spec, domain_name),      0},
    {"dnsConfig",              &dns_pointer_type,          AT(struct group_spec, dns),              0},
    {"shmSize",                &size_type,                 AT(struct group_spec, shm_size),         0},
    {"cgroupsPath",            &json_absolute_path,        AT(struct group_spec, cgroups_path),     0},
    {"limits",                 &limits_pointer_type,       AT(struct group_spec, limits),           0},
    {"restartPolicy",          &restart_type,              AT(struct group_spec, restart_policy),   0},
    {"oomPolicy",              &oom_type,                  AT(struct group_spec, oom_policy),       0},
    {"namespaces",             &namespaces_type,           AT(struct group_spec, namespaces),       0},
    {"shareProcessNamespace",  &json_bool,                 AT(struct group_spec, shares_processes), 0},
    {"hostUsers",              &json_bool_pointer,         AT(struct group_spec, host_users),       0},
    {"uidMappings",            &json_spec_id_mapping_list, AT(struct group_spec, uid_mappings),     0},
    {"gidMappings",            &json_spec_id_mapping_list, AT(struct group_spec, gid_mappings),     0},
    {"containers",             &containers_type,           AT(struct group_spec, containers),       0},
    {"initContainers",         &containers_type,           AT(struct group_spec, init_containers),  0},
    {"terminationGracePeriod", &grace_type,                AT(struct group_spec, grace_seconds),    0},
    {"volumes",                &volumes_type,              AT(struct group_spec, volumes),          0},
};
const struct json_type group_spec_type = {JSON_OBJECT_OF("group", struct group_spec, spec_fields)};

const char *group_image_type_name(const struct group_image_volume *image)
{
    return names_text(&image_names, image->type);
}

int group_spec_read(struct arena *arena, const char *bytes, size_t size,
                    struct group_spec **ret_spec, struct error *err)
{
    struct group_spec *spec = ARENA_NEW(arena, struct group_spec);

    if (json_read(arena, &group_spec_type, bytes, size, spec, err) < 0 ||
        group_spec_check(arena, spec, err) < 0)
        return -1;
    spec->text = bytes;
    spec->text_size = size;
    *ret_spec = spec;
    return 0;
}
