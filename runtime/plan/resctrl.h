/* Schemata as they are written, of config.json's intelRdt or of an update's options. Pure. */
#ifndef RUNTIME_PLAN_RESCTRL_H
#define RUNTIME_PLAN_RESCTRL_H

#include "base/arena.h"
#include "oci-spec/spec.h"
#include "runtime/resctrl/resctrl_settings.h"

struct resctrl_schemata plan_resctrl_schemata(struct arena *arena,
                                              const struct spec_intel_rdt *asked);

#endif
