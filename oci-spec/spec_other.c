/*
 * Rows for the other platforms' sections. Their enumerations are kept as text, checked against the names
 * below: nothing here acts on them.
 */
#include "oci-spec/spec_other.h"

#include "oci-spec/spec_tables.h"

static const struct name image_format_rows[] = {
    {"qcow2", 0},
    {"raw",   0},
    {"vdi",   0},
    {"vhd",   0},
    {"vmdk",  0},
};
static const struct names image_format_names = NAMES("image format", image_format_rows);
static const struct json_type image_format = {JSON_TEXT_IN(image_format_names)};

static const struct json_field hypervisor_fields[] = {
    {"path",       &json_absolute_path, AT(struct spec_vm_hypervisor, path),       JSON_REQUIRED},
    {"parameters", &json_strings,       AT(struct spec_vm_hypervisor, parameters), 0            },
};
static const struct json_type hypervisor = {
    JSON_OBJECT_OF("hypervisor", struct spec_vm_hypervisor, hypervisor_fields)};
static const struct json_type hypervisor_pointer = {JSON_POINTER_TO(hypervisor)};

static const struct json_field kernel_fields[] = {
    {"path",       &json_absolute_path, AT(struct spec_vm_kernel, path),       JSON_REQUIRED},
    {"parameters", &json_strings,       AT(struct spec_vm_kernel, parameters), 0            },
    {"initrd",     &json_absolute_path, AT(struct spec_vm_kernel, initrd),     0            },
};
static const struct json_type kernel = {
    JSON_OBJECT_OF("kernel", struct spec_vm_kernel, kernel_fields)};

static const struct json_field image_fields[] = {
    {"path",   &json_absolute_path, AT(struct spec_vm_image, path),   JSON_REQUIRED},
    {"format", &image_format,       AT(struct spec_vm_image, format), JSON_REQUIRED},
};
static const struct json_type image = {JSON_OBJECT_OF("image", struct spec_vm_image, image_fields)};
static const struct json_type image_pointer = {JSON_POINTER_TO(image)};

static const struct json_field io_memory_fields[] = {
    {"firstGFN", &json_uint64_pointer, AT(struct spec_vm_io_memory, first_gfn), 0            },
    {"firstMFN", &json_uint64,         AT(struct spec_vm_io_memory, first_mfn), JSON_REQUIRED},
    {"nrMFNs",   &json_uint64,         AT(struct spec_vm_io_memory, nr_mfns),   JSON_REQUIRED},
};
static const struct json_type io_memory = {
    JSON_OBJECT_OF("iomem", struct spec_vm_io_memory, io_memory_fields)};
static const struct json_type io_memory_list = {JSON_LIST_OF(io_memory)};

static const struct json_field hardware_fields[] = {
    {"deviceTree", &json_string,         AT(struct spec_vm_hardware, device_tree), 0},
    {"vcpus",      &json_uint32_pointer, AT(struct spec_vm_hardware, vcpus),       0},
    {"memory",     &json_uint64_pointer, AT(struct spec_vm_hardware, memory),      0},
    {"dtdevs",     &json_strings,        AT(struct spec_vm_hardware, dtdevs),      0},
    {"iomems",     &io_memory_list,      AT(struct spec_vm_hardware, iomems),      0},
    {"irqs",       &json_uint32_list,    AT(struct spec_vm_hardware, irqs),        0},
};
static const struct json_type hardware = {
    JSON_OBJECT_OF("hwConfig", struct spec_vm_hardware, hardware_fields)};
static const struct json_type hardware_pointer = {JSON_POINTER_TO(hardware)};

static const struct json_field vm_fields[] = {
    {"hypervisor", &hypervisor_pointer, AT(struct spec_vm, hypervisor), 0            },
    {"kernel",     &kernel,             AT(struct spec_vm, kernel),     JSON_REQUIRED},
    {"image",      &image_pointer,      AT(struct spec_vm, image),      0            },
    {"hwConfig",   &hardware_pointer,   AT(struct spec_vm, hardware),   0            },
};
const struct json_type json_spec_vm = {JSON_OBJECT_OF("vm", struct spec_vm, vm_fields)};

static const struct name id_type_rows[] = {
    {"class", 0},
};
static const struct names id_type_names = NAMES("device id type", id_type_rows);
static const struct json_type id_type = {JSON_TEXT_IN(id_type_names)};

static const struct json_field windows_device_fields[] = {
    {"id",     &json_string, AT(struct spec_windows_device, id),      JSON_REQUIRED},
    {"idType", &id_type,     AT(struct spec_windows_device, id_type), JSON_REQUIRED},
};
static const struct json_type windows_device = {
    JSON_OBJECT_OF("device", struct spec_windows_device, windows_device_fields)};
static const struct json_type windows_device_list = {JSON_LIST_OF(windows_device)};

static const struct json_field windows_memory_fields[] = {
    {"limit", &json_uint64_pointer, AT(struct spec_windows_memory, limit), 0},
};
static const struct json_type windows_memory = {
    JSON_OBJECT_OF("memory", struct spec_windows_memory, windows_memory_fields)};
static const struct json_type windows_memory_pointer = {JSON_POINTER_TO(windows_memory)};

/* config-windows.md has an array here, the schema one object; the text decides. */
static const struct json_field windows_affinity_fields[] = {
    {"mask",  &json_uint64, AT(struct spec_windows_affinity, mask),  JSON_REQUIRED},
    {"group", &json_uint32, AT(struct spec_windows_affinity, group), JSON_REQUIRED},
};
static const struct json_type windows_affinity = {
    JSON_OBJECT_OF("affinity", struct spec_windows_affinity, windows_affinity_fields)};
static const struct json_type windows_affinity_list = {JSON_LIST_OF(windows_affinity)};

static const struct json_field windows_cpu_fields[] = {
    {"count",    &json_uint64_pointer,   AT(struct spec_windows_cpu, count),    0},
    {"shares",   &json_uint16_pointer,   AT(struct spec_windows_cpu, shares),   0},
    {"maximum",  &json_uint16_pointer,   AT(struct spec_windows_cpu, maximum),  0},
    {"affinity", &windows_affinity_list, AT(struct spec_windows_cpu, affinity), 0},
};
static const struct json_type windows_cpu = {
    JSON_OBJECT_OF("cpu", struct spec_windows_cpu, windows_cpu_fields)};
static const struct json_type windows_cpu_pointer = {JSON_POINTER_TO(windows_cpu)};

static const struct json_field windows_storage_fields[] = {
    {"iops",        &json_uint64_pointer, AT(struct spec_windows_storage, iops),         0},
    {"bps",         &json_uint64_pointer, AT(struct spec_windows_storage, bps),          0},
    {"sandboxSize", &json_uint64_pointer, AT(struct spec_windows_storage, sandbox_size), 0},
};
static const struct json_type windows_storage = {
    JSON_OBJECT_OF("storage", struct spec_windows_storage, windows_storage_fields)};
static const struct json_type windows_storage_pointer = {JSON_POINTER_TO(windows_storage)};

static const struct json_field windows_resources_fields[] = {
    {"memory",  &windows_memory_pointer,  AT(struct spec_windows_resources, memory),  0},
    {"cpu",     &windows_cpu_pointer,     AT(struct spec_windows_resources, cpu),     0},
    {"storage", &windows_storage_pointer, AT(struct spec_windows_resources, storage), 0},
};
static const struct json_type windows_resources = {
    JSON_OBJECT_OF("resources", struct spec_windows_resources, windows_resources_fields)};
static const struct json_type windows_resources_pointer = {JSON_POINTER_TO(windows_resources)};

static const struct json_field windows_network_fields[] = {
    {"endpointList",               &json_strings, AT(struct spec_windows_network, endpoint_list),                 0},
    {"allowUnqualifiedDNSQuery",   &json_bool,
     AT(struct spec_windows_network,                                              allow_unqualified_dns_query),   0},
    {"DNSSearchList",              &json_strings, AT(struct spec_windows_network, dns_search_list),               0},
    {"networkSharedContainerName", &json_string,
     AT(struct spec_windows_network,                                              network_shared_container_name), 0},
    {"networkNamespace",           &json_string,  AT(struct spec_windows_network, network_namespace),             0},
};
static const struct json_type windows_network = {
    JSON_OBJECT_OF("network", struct spec_windows_network, windows_network_fields)};
static const struct json_type windows_network_pointer = {JSON_POINTER_TO(windows_network)};

static const struct json_field hyperv_fields[] = {
    {"utilityVMPath", &json_string, AT(struct spec_windows_hyperv, utility_vm_path), 0},
};
static const struct json_type hyperv = {
    JSON_OBJECT_OF("hyperv", struct spec_windows_hyperv, hyperv_fields)};
static const struct json_type hyperv_pointer = {JSON_POINTER_TO(hyperv)};

static const struct json_type layer_folders = {JSON_TEXTS_OF(json_string), .min_items = 1};
static const struct json_field windows_fields[] = {
    {"layerFolders",            &layer_folders,             AT(struct spec_windows, layer_folders),              JSON_REQUIRED},
    {"devices",                 &windows_device_list,       AT(struct spec_windows, devices),                    0            },
    {"resources",               &windows_resources_pointer, AT(struct spec_windows, resources),                  0            },
    {"credentialSpec",          &json_raw_object,           AT(struct spec_windows, credential_spec),            0            },
    {"servicing",               &json_bool,                 AT(struct spec_windows, servicing),                  0            },
    {"ignoreFlushesDuringBoot", &json_bool,                 AT(struct spec_windows, ignore_flushes_during_boot), 0            },
    {"hyperv",                  &hyperv_pointer,            AT(struct spec_windows, hyperv),                     0            },
    {"network",                 &windows_network_pointer,   AT(struct spec_windows, network),                    0            },
};
const struct json_type json_spec_windows = {
    JSON_OBJECT_OF("windows", struct spec_windows, windows_fields)};

static const struct json_field capped_cpu_fields[] = {
    {"ncpus", &json_string, AT(struct spec_solaris_cpu, ncpus), 0},
};
static const struct json_type capped_cpu = {
    JSON_OBJECT_OF("cappedCPU", struct spec_solaris_cpu, capped_cpu_fields)};
static const struct json_type capped_cpu_pointer = {JSON_POINTER_TO(capped_cpu)};

static const struct json_field capped_memory_fields[] = {
    {"physical", &json_string, AT(struct spec_solaris_memory, physical), 0},
    {"swap",     &json_string, AT(struct spec_solaris_memory, swap),     0},
};
static const struct json_type capped_memory = {
    JSON_OBJECT_OF("cappedMemory", struct spec_solaris_memory, capped_memory_fields)};
static const struct json_type capped_memory_pointer = {JSON_POINTER_TO(capped_memory)};

static const struct json_field anet_fields[] = {
    {"linkname",                &json_string, AT(struct spec_solaris_anet, linkname),                  0},
    {"lowerLink",               &json_string, AT(struct spec_solaris_anet, lower_link),                0},
    {"allowedAddress",          &json_string, AT(struct spec_solaris_anet, allowed_address),           0},
    {"configureAllowedAddress", &json_string,
     AT(struct spec_solaris_anet,                                          configure_allowed_address), 0},
    {"defrouter",               &json_string, AT(struct spec_solaris_anet, defrouter),                 0},
    {"linkProtection",          &json_string, AT(struct spec_solaris_anet, link_protection),           0},
    {"macAddress",              &json_string, AT(struct spec_solaris_anet, mac_address),               0},
};
static const struct json_type anet = {
    JSON_OBJECT_OF("anet", struct spec_solaris_anet, anet_fields)};
static const struct json_type anet_list = {JSON_LIST_OF(anet)};

static const struct json_field solaris_fields[] = {
    {"milestone",    &json_string,           AT(struct spec_solaris, milestone),      0},
    {"limitpriv",    &json_string,           AT(struct spec_solaris, limitpriv),      0},
    {"maxShmMemory", &json_string,           AT(struct spec_solaris, max_shm_memory), 0},
    {"anet",         &anet_list,             AT(struct spec_solaris, anet),           0},
    {"cappedCPU",    &capped_cpu_pointer,    AT(struct spec_solaris, capped_cpu),     0},
    {"cappedMemory", &capped_memory_pointer, AT(struct spec_solaris, capped_memory),  0},
};
const struct json_type json_spec_solaris = {
    JSON_OBJECT_OF("solaris", struct spec_solaris, solaris_fields)};

static const struct name zos_namespace_type_rows[] = {
    {"ipc",   0},
    {"mount", 0},
    {"pid",   0},
    {"uts",   0},
};
static const struct names zos_namespace_type_names =
    NAMES("namespace type", zos_namespace_type_rows);
static const struct json_type zos_namespace_type = {JSON_TEXT_IN(zos_namespace_type_names)};

static const struct json_field zos_namespace_fields[] = {
    {"type", &zos_namespace_type, AT(struct spec_zos_namespace, type), JSON_REQUIRED},
    {"path", &json_absolute_path, AT(struct spec_zos_namespace, path), 0            },
};
static const struct json_type zos_namespace = {
    JSON_OBJECT_OF("namespace", struct spec_zos_namespace, zos_namespace_fields)};
static const struct json_type zos_namespace_list = {JSON_LIST_OF(zos_namespace)};

static const struct json_field zos_fields[] = {
    {"namespaces", &zos_namespace_list, AT(struct spec_zos, namespaces), 0},
};
const struct json_type json_spec_zos = {JSON_OBJECT_OF("zos", struct spec_zos, zos_fields)};

static const struct name sharing_rows[] = {
    {"disable", 0},
    {"inherit", 0},
    {"new",     0},
};
static const struct names sharing_names = NAMES("sharing mode", sharing_rows);
static const struct json_type sharing = {JSON_TEXT_IN(sharing_names)};

static const struct name sharing_no_disable_rows[] = {
    {"inherit", 0},
    {"new",     0},
};
static const struct names sharing_no_disable_names = NAMES("sharing mode", sharing_no_disable_rows);
static const struct json_type sharing_no_disable = {JSON_TEXT_IN(sharing_no_disable_names)};

static const struct json_field freebsd_device_fields[] = {
    {"path", &json_string,            AT(struct spec_freebsd_device, path), JSON_REQUIRED},
    {"mode", &json_file_mode_pointer, AT(struct spec_freebsd_device, mode), 0            },
};
static const struct json_type freebsd_device = {
    JSON_OBJECT_OF("device", struct spec_freebsd_device, freebsd_device_fields)};
static const struct json_type freebsd_device_list = {JSON_LIST_OF(freebsd_device)};

static const struct json_field allow_fields[] = {
    {"setHostname",   &json_bool,         AT(struct spec_freebsd_allow, set_hostname),   0},
    {"rawSockets",    &json_bool,         AT(struct spec_freebsd_allow, raw_sockets),    0},
    {"chflags",       &json_bool,         AT(struct spec_freebsd_allow, chflags),        0},
    {"mount",         &json_strings,      AT(struct spec_freebsd_allow, mount),          0},
    {"quotas",        &json_bool,         AT(struct spec_freebsd_allow, quotas),         0},
    {"socketAf",      &json_bool,         AT(struct spec_freebsd_allow, socket_af),      0},
    {"mlock",         &json_bool,         AT(struct spec_freebsd_allow, mlock),          0},
    {"reservedPorts", &json_bool,         AT(struct spec_freebsd_allow, reserved_ports), 0},
    {"suser",         &json_bool_pointer, AT(struct spec_freebsd_allow, suser),          0},
};
static const struct json_type allow = {
    JSON_OBJECT_OF("allow", struct spec_freebsd_allow, allow_fields)};
static const struct json_type allow_pointer = {JSON_POINTER_TO(allow)};

static const struct json_field jail_fields[] = {
    {"parent",         &json_string,        AT(struct spec_freebsd_jail, parent),          0},
    {"host",           &sharing_no_disable, AT(struct spec_freebsd_jail, host),            0},
    {"ip4",            &sharing,            AT(struct spec_freebsd_jail, ip4),             0},
    {"ip4Addr",        &json_strings,       AT(struct spec_freebsd_jail, ip4_addr),        0},
    {"ip6",            &sharing,            AT(struct spec_freebsd_jail, ip6),             0},
    {"ip6Addr",        &json_strings,       AT(struct spec_freebsd_jail, ip6_addr),        0},
    {"vnet",           &sharing_no_disable, AT(struct spec_freebsd_jail, vnet),            0},
    {"interface",      &json_string,        AT(struct spec_freebsd_jail, interface),       0},
    {"vnetInterfaces", &json_strings,       AT(struct spec_freebsd_jail, vnet_interfaces), 0},
    {"sysvmsg",        &sharing,            AT(struct spec_freebsd_jail, sysvmsg),         0},
    {"sysvsem",        &sharing,            AT(struct spec_freebsd_jail, sysvsem),         0},
    {"sysvshm",        &sharing,            AT(struct spec_freebsd_jail, sysvshm),         0},
    {"enforceStatfs",  &json_uint8_pointer, AT(struct spec_freebsd_jail, enforce_statfs),  0},
    {"allow",          &allow_pointer,      AT(struct spec_freebsd_jail, allow),           0},
};
static const struct json_type jail = {
    JSON_OBJECT_OF("jail", struct spec_freebsd_jail, jail_fields)};
static const struct json_type jail_pointer = {JSON_POINTER_TO(jail)};

static const struct json_field freebsd_fields[] = {
    {"devices", &freebsd_device_list, AT(struct spec_freebsd, devices), 0},
    {"jail",    &jail_pointer,        AT(struct spec_freebsd, jail),    0},
};
const struct json_type json_spec_freebsd = {
    JSON_OBJECT_OF("freebsd", struct spec_freebsd, freebsd_fields)};
