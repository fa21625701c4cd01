/*
 * Fault injection for tests: makes one step of a command fail, so that a test can show that nothing is left behind after each. Only in
 * builds with --enable-faults (fault.c); otherwise the functions do nothing (fault_none.c).
 *
 * CORUN_FAULT=N       the N-th fault_point() that the command passes fails with EIO
 * CORUN_FAULT_SIGNAL=S then the command is sent signal S there, instead of failing: 9 shows what a killed one leaves
 * CORUN_FAULT_CHILD=N the N-th step of the child, counted from 1, fails
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/error.h"

/* 0, or -1 with "STEP: injected fault". step: what was just done. */
int fault_point(struct error *err, const char *step);

/* The child's step that is to fail, counted from 1; 0: none. */
int fault_child_step(void);

#endif
