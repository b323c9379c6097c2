/*
 * signals.c - default actions and an empty mask.
 */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

void
signals_reset(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
