/*
 * in_child.h - for what a process cannot take back: it is tried in a child, which
 * may assert nothing, for cmocka counts in the parent. Behind <cmocka.h>.
 */
#pragma once

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether `holds` returned true there. */
static inline bool
in_child(bool (*holds)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(!holds());
	assert_int_equal(waitpid(child, &status, 0), child);
	return status == 0;
}
