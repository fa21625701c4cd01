/* Network devices that move into the container: config-linux.md#network-devices. */
#include <net/if.h>
#include <string.h>

#include "runtime/plan/parts.h"

/* What the kernel takes for an interface's name (dev_valid_name). */
static bool is_device_name(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= IFNAMSIZ || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return false;
    return strpbrk(name, "/: \t\n\v\f\r") == NULL;
}

static int net_device_add(const struct plan_builder *builder, const struct spec_net_device *asked,
                          struct error *err)
{
    const char *pointer = plan_pointer_key(builder->arena, asked->host_name);
    const char *name = asked->name ? asked->name : asked->host_name;

    if (!is_device_name(asked->host_name) || strchr(asked->host_name, '%'))
        return error_set(err, ERROR_INVALID, "/linux/netDevices/%s: not an interface's name",
                         pointer);
    if (!is_device_name(name))
        return error_set(err, ERROR_INVALID, "/linux/netDevices/%s/name: not an interface's name",
                         pointer);
    SLICE_FOR_EACH(const struct plan_net_device, other, builder->plan->net_devices)
        if (!strchr(name, '%') && strcmp(other->name, name) == 0)
            return error_set(err, ERROR_INVALID,
                             "/linux/netDevices/%s/name: another device has this name already",
                             pointer);
    *SLICE_PUSH(builder->arena, &builder->plan->net_devices, struct plan_net_device) =
        (struct plan_net_device){asked->host_name, name};
    return 0;
}

int plan_build_net_devices(const struct plan_builder *builder, struct error *err)
{
    if (builder->linux_->net_devices.count > 0 && !plan_has_own(builder, NAMESPACE_NETWORK))
        return error_set(err, ERROR_INVALID,
                         "/linux/netDevices: needs a \"network\" namespace in /linux/namespaces");
    SLICE_FOR_EACH(const struct spec_net_device, asked, builder->linux_->net_devices)
        if (net_device_add(builder, asked, err) < 0)
            return -1;
    return 0;
}
