#!/bin/bash
# Nobody inside has power over a mount, a device or a namespace.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

mounting_a_tmpfs() {
	is_blocked mount_type tmpfs
}

mounting_a_second_proc() {
	is_blocked mount_type proc
}

mounting_sysfs() {
	is_blocked mount_type sysfs
}

mounting_what_is_there_again() {
	is_blocked bind
}

mounting_by_the_new_calls() {
	is_blocked new_mount_calls
}

taking_a_tree_of_mounts_along() {
	is_blocked open_tree
}

unmounting_proc() {
	is_blocked unmount /proc
}

unmounting_the_home() {
	prepare_escape
	in_chroot unmount /home
	status_is 1 as alice './try_escape unmount /home/alice'
	status_is 1 as jailroot './try_escape unmount /home/jailroot'
}

unmounting_the_root() {
	prepare_escape
	is_blocked_inside unmount /
}

uncovering_a_masked_file_of_proc() {
	prepare_escape
	is_blocked_inside unmount /proc/keys
}

writing_to_the_root() {
	prepare_escape
	is_blocked_inside write_root
}

remounting_the_root_writable() {
	is_blocked remount
}

making_the_root_writable_by_mount_setattr() {
	is_blocked mount_attributes
}

another_root_by_pivot_root() {
	is_blocked pivot_root
}

a_device_made_by_mknod() {
	is_blocked make_device
}

# Made outside by somebody who can, and found inside.
a_device_that_lies_in_the_home() {
	prepare_escape
	mknod -m 666 /home/alice/zero c 1 5
	finally rm /home/alice/zero
	outside alice './try_escape open_for_reading zero'
	status_is 1 as alice './try_escape open_for_reading zero'
}

a_setuid_program_that_lies_in_the_home() {
	prepare_escape
	install -m 4755 /usr/bin/id /home/alice/suid
	finally rm /home/alice/suid
	is "$(outside alice './suid -u')" 0
	is "$(as alice './suid -u')" 2001
}

a_new_mount_namespace() {
	is_blocked mount_namespace
}

# A chroot has none of its own accord: outside means here, without one.
a_user_namespace_and_mounts_in_it() {
	prepare_escape
	outside alice './try_escape user_namespace'
	is_blocked_inside user_namespace
}

a_user_namespace_by_clone() {
	prepare_escape
	outside alice './try_escape user_namespace_by_clone'
	is_blocked_inside user_namespace_by_clone
}

a_user_namespace_by_clone3() {
	prepare_escape
	outside alice './try_escape user_namespace_by_clone3'
	is_blocked_inside user_namespace_by_clone3
}

the_mounts_of_process_1_by_setns() {
	is_blocked join_namespaces
}

the_mounts_of_process_1_by_its_pidfd() {
	is_blocked join_first_process
}

run_promises "$@"
