/*
 * The sections of config.json for platforms other than Linux: config-vm.md, config-windows.md,
 * config-solaris.md, config-zos.md, config-freebsd.md. A Linux runtime acts on none of them; they are
 * decoded so that a malformed document is refused wherever the fault is, and so that nothing is lost in writing.
 */
#ifndef OCI_SPEC_SPEC_OTHER_H
#define OCI_SPEC_SPEC_OTHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct spec_vm_hypervisor {
    const char *path;
    struct text_list parameters;
};

struct spec_vm_kernel {
    const char *path;
    struct text_list parameters;
    const char *initrd;
};

struct spec_vm_image {
    const char *path;
    const char *format;
};

struct spec_vm_io_memory {
    const uint64_t *first_gfn;
    uint64_t first_mfn;
    uint64_t nr_mfns;
};

struct spec_vm_hardware {
    const char *device_tree;
    const uint32_t *vcpus;
    const uint64_t *memory; /* bytes */
    struct text_list dtdevs;
    SLICE_OF(struct spec_vm_io_memory) iomems;
    SLICE_OF(uint32_t) irqs;
};

struct spec_vm {
    struct spec_vm_hypervisor *hypervisor;
    struct spec_vm_kernel kernel;
    struct spec_vm_image *image;
    struct spec_vm_hardware *hardware;
};

struct spec_windows_device {
    const char *id;
    const char *id_type;
};

struct spec_windows_memory {
    const uint64_t *limit;
};

struct spec_windows_affinity {
    uint64_t mask;
    uint32_t group;
};

struct spec_windows_cpu {
    const uint64_t *count;
    const uint16_t *shares;
    const uint16_t *maximum;
    SLICE_OF(struct spec_windows_affinity) affinity;
};

struct spec_windows_storage {
    const uint64_t *iops;
    const uint64_t *bps;
    const uint64_t *sandbox_size;
};

struct spec_windows_resources {
    struct spec_windows_memory *memory;
    struct spec_windows_cpu *cpu;
    struct spec_windows_storage *storage;
};

struct spec_windows_network {
    struct text_list endpoint_list;
    bool allow_unqualified_dns_query;
    struct text_list dns_search_list;
    const char *network_shared_container_name;
    const char *network_namespace;
};

struct spec_windows_hyperv {
    const char *utility_vm_path;
};

struct spec_windows {
    struct text_list layer_folders;
    SLICE_OF(struct spec_windows_device) devices;
    struct spec_windows_resources *resources;
    const char *credential_spec; /* an object, as text */
    bool servicing;
    bool ignore_flushes_during_boot;
    struct spec_windows_hyperv *hyperv;
    struct spec_windows_network *network;
};

struct spec_solaris_cpu {
    const char *ncpus;
};

struct spec_solaris_memory {
    const char *physical;
    const char *swap;
};

struct spec_solaris_anet {
    const char *linkname;
    const char *lower_link;
    const char *allowed_address;
    const char *configure_allowed_address;
    const char *defrouter;
    const char *link_protection;
    const char *mac_address;
};

struct spec_solaris {
    const char *milestone;
    const char *limitpriv;
    const char *max_shm_memory;
    SLICE_OF(struct spec_solaris_anet) anet;
    struct spec_solaris_cpu *capped_cpu;
    struct spec_solaris_memory *capped_memory;
};

struct spec_zos_namespace {
    const char *type;
    const char *path;
};

struct spec_zos {
    SLICE_OF(struct spec_zos_namespace) namespaces;
};

struct spec_freebsd_device {
    const char *path;
    const uint32_t *mode;
};

struct spec_freebsd_allow {
    bool set_hostname;
    bool raw_sockets;
    bool chflags;
    struct text_list mount;
    bool quotas;
    bool socket_af;
    bool mlock;
    bool reserved_ports;
    const bool *suser; /* the only one whose default is true */
};

struct spec_freebsd_jail {
    const char *parent;
    const char *host;
    const char *ip4;
    struct text_list ip4_addr;
    const char *ip6;
    struct text_list ip6_addr;
    const char *vnet;
    const char *interface;
    struct text_list vnet_interfaces;
    const char *sysvmsg;
    const char *sysvsem;
    const char *sysvshm;
    const uint8_t *enforce_statfs;
    struct spec_freebsd_allow *allow;
};

struct spec_freebsd {
    SLICE_OF(struct spec_freebsd_device) devices;
    struct spec_freebsd_jail *jail;
};

#endif
