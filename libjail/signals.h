/*
 * signals.h - the signals of a process that starts anew: what exec(2) leaves
 * ignored or blocked belongs to whoever started it.
 */
#pragma once

/* Default actions for all of them, none blocked. */
void signals_reset(void);
