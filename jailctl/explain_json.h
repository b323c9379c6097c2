/*
 * explain_json.h - a verdict for programs.
 */
#pragma once

#include "match.h"

/* Prints it, and the step tables; NULL, NULL: the step tables alone. */
int explain_json(const struct jail_login *login, const struct jail_verdict *verdict,
	struct jail_error *err);
