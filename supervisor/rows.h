/*
 * rows.h - the functions behind build_steps[]; `work` is a struct jail.
 */
#pragma once

#include "error.h"

int plan_apply(void *work, struct jail_error *err);
int leaf_make(void *work, struct jail_error *err);
void leaf_remove(void *work);
int filter_make(void *work, struct jail_error *err);
void filter_free(void *work);
int stub_take(void *work, struct jail_error *err);
void stub_leave(void *work);
int user_namespace_take(void *work, struct jail_error *err);
void user_namespace_leave(void *work);
int image_take(void *work, struct jail_error *err);
void image_leave(void *work);
int layer_take(void *work, struct jail_error *err);
void layer_leave(void *work);
int relay_take(void *work, struct jail_error *err);
void relay_leave(void *work);
int mounts_take(void *work, struct jail_error *err);
void mounts_leave(void *work);
void init_stop(void *work);
int init_inspect(void *work, struct jail_error *err);
