/* Properties into a message, by their D-Bus types. */
#include "helpers/systemd/manager.h"

static int append_number(sd_bus_message *message, const char *signature,
                         const struct property *property)
{
    switch (property->type) {
    case PROPERTY_INT32:
        return sd_bus_message_append(message, "v", signature, (int32_t) property->number);
    case PROPERTY_INT64:
        return sd_bus_message_append(message, "v", signature, (int64_t) property->number);
    case PROPERTY_UINT64:
        return sd_bus_message_append(message, "v", signature, property->number);
    default: /* BOOLEAN is an int, too */
        return sd_bus_message_append(message, "v", signature, (uint32_t) property->number);
    }
}

static int append_strings(sd_bus_message *message, const struct property *property)
{
    static char *const none[] = {NULL};
    char **strings = property->strings.count ? (char **) property->strings.items : (char **) none;
    int result = sd_bus_message_open_container(message, 'v', "as");

    if (result >= 0)
        result = sd_bus_message_append_strv(message, strings);
    return result < 0 ? result : sd_bus_message_close_container(message);
}

static int append_bytes(sd_bus_message *message, const struct property *property)
{
    int result = sd_bus_message_open_container(message, 'v', "ay");

    if (result >= 0)
        result = sd_bus_message_append_array(message, 'y', property->bytes, property->byte_count);
    return result < 0 ? result : sd_bus_message_close_container(message);
}

static int append_value(sd_bus_message *message, const struct property *property)
{
    const char signature[] = {(char) property->type, '\0'};

    if (property->type == PROPERTY_STRINGS)
        return append_strings(message, property);
    if (property->type == PROPERTY_BYTES)
        return append_bytes(message, property);
    if (property->type == PROPERTY_STRING)
        return sd_bus_message_append(message, "v", signature, property->string);
    return append_number(message, signature, property);
}

int property_append(sd_bus_message *message, const struct property *property)
{
    int result = sd_bus_message_open_container(message, 'r', "sv");

    if (result >= 0)
        result = sd_bus_message_append(message, "s", property->name);
    if (result >= 0)
        result = append_value(message, property);
    return result < 0 ? result : sd_bus_message_close_container(message);
}

int properties_append(sd_bus_message *message, const struct property_list *properties)
{
    int result = 0;

    for (size_t i = 0; i < properties->count && result >= 0; i++)
        result = property_append(message, &properties->items[i]);
    return result;
}
