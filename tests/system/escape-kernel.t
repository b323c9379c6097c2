#!/bin/bash
# The kernel is the host's: none of its switches, logs and odd doors is open.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

the_handler_of_core_dumps() {
	is_blocked open_for_writing /proc/sys/kernel/core_pattern
}

# A dump's handler would run on the host as root; a limit of 1 byte stops it.
# Without: libjail/seal.c: s/CORE_LIMIT = 1 /CORE_LIMIT = 1 << 20 /
# Without: libjail/verify.c: s/core.rlim_max != 1/0/
a_core_dump() {
	is_blocked core_dumps
	is "$(as alice 'ulimit -Hc; ulimit -Sc')" "$(printf '0\n0')"
}

the_kernels_switches() {
	prepare_escape
	in_chroot open_for_writing /proc/sys/kernel/poweroff_cmd
	for switch in sysrq-trigger sys/kernel/poweroff_cmd sys/kernel/modprobe \
		sys/kernel/hotplug sys/vm/overcommit_memory sys/kernel/ns_last_pid; do
		is_blocked_inside open_for_writing "/proc/$switch"
	done
}

the_formats_of_programs() {
	prepare_escape
	is_blocked_inside open_for_writing /proc/sys/fs/binfmt_misc/register
}

the_kernels_memory() {
	prepare_escape
	is_blocked_inside open_for_reading /proc/kcore
}

the_kernels_log() {
	prepare_escape
	is_blocked_inside open_for_reading /proc/kmsg
	is_blocked_inside open_for_reading /dev/kmsg
	in_chroot open_for_reading /dev/kmsg
}

# The rows of the table of masks; a file that this kernel has not is no matter.
what_proc_tells_of_the_machine() {
	prepare_escape
	local file seen=
	for file in $(_masks); do
		is_blocked_inside open_for_reading "$file"
		! in_chroot open_for_reading "$file" || seen+=" $file"
	done
	[[ $seen == *key-users*cmdline*kallsyms*vmallocinfo* ]]
}

_masks() {
	sed -n 's/^	{ "\(\/proc\/[^"]*\)", .*/\1/p' "$WORLD_CHECKOUT/libjail/mounts.c"
}

sysfs() {
	prepare_escape
	in_chroot open_for_writing /sys/power/state ||
		in_chroot open_for_reading /sys/kernel/uevent_seqnum
	is_blocked_inside open_for_reading /sys/kernel/uevent_seqnum
	is_blocked_inside open_for_writing /sys/kernel/uevent_helper
}

the_files_of_cgroups() {
	prepare_escape
	in_chroot open_for_writing "$(_own_cgroup_file)"
	is_blocked_inside open_for_writing "$(_own_cgroup_file)"
	is "$(as alice 'cat /proc/self/cgroup | cut -d: -f3 | sort -u')" /
}

_own_cgroup_file() {
	find /sys/fs/cgroup -path '*/pam_jail/*' -name cgroup.procs | head -n 1
}

# A filter of native calls let them pass.
# Without: libjail/seccomp_compile.c: s/BPF_JMP | BPF_JEQ | BPF_K, arch, 1, 0/BPF_JMP | BPF_JA, 1, 0, 0/
system_calls_by_int_0x80() {
	is_blocked calls_of_i386
}

# Few kernels have the door; the filter must not rely on that.
system_calls_of_x32() {
	prepare_escape
	is_blocked_inside calls_of_x32
}

# seccomp_mode = log: the kernel's log has what the list refuses, and it works.
what_a_filter_would_refuse_can_be_reported() {
	prepare_escape
	status_is 1 as alice './try_escape keyring'
	wait_for no_supervisor
	finally wait_for no_supervisor # of this policy
	keep /etc/jail.conf
	sed -i 's/^policy "customer" {/& seccomp_mode = log /' /etc/jail.conf
	local name=r$EPOCHREALTIME # and no other run's record
	name=${name/./}
	name=${name:0:15}
	cp /home/alice/try_escape "/home/alice/$name"
	wait_for _reports "$name"
}

# Again and again: the kernel limits its lines per second.
_reports() { # NAME
	as alice "./$1 keyring" || fail "refused"
	dmesg | grep "type=1326 .* uid=2001 .* comm=\"$1\" .* syscall=250 .*code=0x7ffc0000"
}

bpf_io_uring_and_userfaultfd() {
	prepare_escape
	for number in 321 425 323; do # of x86_64
		is_blocked_inside reaches_kernel "$number"
	done
}

run_promises "$@"
