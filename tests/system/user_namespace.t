#!/bin/bash
# Root of a jail is nobody on the host, and another nobody for each user.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

index=/var/lib/pam_jail/ids
first=2100000000

uids_inside='cat /proc/self/uid_map'

# Real, effective, saved and file system ids of a process, as the host has them.
_ids() { # Uid|Gid PID
	awk -v field="$1:" '$1 == field { print $2, $3, $4, $5 }' "/proc/$2/status"
}

the_process_that_serves_the_user_is_not_root_on_the_host() {
	needs_jail
	connect alice alice
	monitor=$(monitors_of alice)
	is "$(_ids Uid "$monitor")" "$first $first $first $first"
	is "$(_ids Gid "$monitor")" "$first $first $first $first"
	is "$(awk '$1 == "Groups:" { print $2 }' "/proc/$monitor/status")" ""
	is "$(awk '$1 == "CapEff:" { print $2 }' "/proc/$monitor/status")" 00000000200000c1
}

nor_is_the_first_process_of_the_jail() {
	needs_jail
	connect alice alice
	init=$(init_of_jail "$(pgrep -u alice -n)")
	is "$(_ids Uid "$init")" "$first $first $first $first"
	fails setpriv --reuid "$first" --regid "$first" --clear-groups cat "/proc/$init/maps"
}

only_root_the_user_and_her_groups_are_known_inside() {
	needs_jail
	is "$(as alice 'tr -s " " </proc/self/uid_map')" " 0 $first 1
 2001 2001 1"
	is "$(as alice 'tr -s " " </proc/self/gid_map')" " 0 $first 1
 5 $((first + 1)) 1
 2001 2001 1
 2000 2000 1"
	is "$(as alice 'id -u; id -G')" "2001
2001 2000"
}

each_user_has_ids_of_her_own_and_keeps_them() {
	needs_jail
	connect alice alice
	alice=$(within alice "$uids_inside")
	bob=$(as bob "$uids_inside")
	isnt "$(awk 'NR == 1 { print $2 }' <<<"$alice")" "$(awk 'NR == 1 { print $2 }' <<<"$bob")"
	ssh -S "${scratch:?}/alice" -O exit world
	wait_for no_supervisor
	is "$(as bob "$uids_inside")" "$bob"
	is "$(as alice "$uids_inside")" "$alice"
	is "$(cat "$index")" "$(printf '%010u\n' "$first" 2001 2002)"
}

what_is_roots_looks_like_roots() {
	needs_jail
	for file in / /etc /etc/passwd /bin/sh /usr/bin/env /tmp /var/tmp /dev/shm /run /run/user \
		/dev/null /dev/pts /dev/pts/ptmx /home; do
		is "$(as alice "stat -L -c %u:%g $file")" 0:0
	done
	is "$(as alice 'stat -c %u:%g ~ /run/user/2001')" "2001:2001
2001:2001"
	is "$(stat -c %u /var/lib/pam_jail/images/shell/current/usr/bin/env)" 0
}

a_terminal_belongs_to_the_user() {
	needs_jail
	# shellcheck disable=SC2016 # for the shell inside
	is "$(as alice 'stat -c %u:%g:%a $(tty)' -tt 2>/dev/null </dev/null | tr -d '\r')" 2001:5:620
}

# The user's files are hers on the host as well.
what_the_user_makes_is_hers_outside() {
	needs_jail
	as alice 'touch made; mkdir -p dir/in; chgrp customers made'
	is "$(stat -c %u:%g /home/alice/made /home/alice/dir/in)" "2001:2000
2001:2001"
}

# Who is not root of the host may have 200 keys. Two hundred sessions at once, or
# what each of them left running, would have a keyring each. (The machine counts
# keys by uid: another base, for the sake of tests that run beside this one.)
a_session_takes_no_key_of_the_jails_root() {
	needs_jail
	as alice true
	wait_for no_supervisor
	local root=2099000000
	keep "$index"
	printf '%010u\n' "$root" 2001 >"$index"
	background setpriv --reuid "$root" --regid "$root" --clear-groups perl -e '
		$| = 1;
		pipe(my $end, my $open);
		if (fork) { sleep }
		close $open;
		1 while syscall(250, 1, 0, 0, 0, 0) > 0 && !fork; # each keeps what it has joined
		print "$!\n";
		<$end>' >"$scratch/full"
	wait_for grep quota "$scratch/full"
	is "$(perl -e 'syscall(250, 1, 0, 0, 0, 0) > 0 or die; exec @ARGV' \
		su alice -c 'id -u; tr -s " " </proc/self/uid_map')" "2001
 0 $root 1
 2001 2001 1"
}

# As a monitor that was taken over, and that got all capabilities besides: root of
# the user namespace, in the host's PID namespace.
_as_monitor() { # COMMAND...
	nsenter --user --target "$(monitors_of alice)" "$@"
}

_monitors_capabilities() {
	needs_jail
	connect alice alice
	_as_monitor grep '^CapEff:	000001ffffffffff$' /proc/thread-self/status
}

a_server_that_was_taken_over_becomes_nobody_else() {
	_monitors_capabilities
	_as_monitor "$helper" become 2001
	for uid in 1 2002 2005 65534 $((first + 2)); do
		"$helper" become "$uid"
		status_is 1 _as_monitor "$helper" become "$uid"
	done
}

a_server_that_was_taken_over_signals_nobody_else() {
	_monitors_capabilities
	connect bob bob
	kill -0 "$(pgrep -u bob -n)"
	_as_monitor kill -0 "$(pgrep -u alice -n)"
	for pid in "$(pgrep -u bob -n)" "$(monitors_of bob)" "$(cat /run/sshd.pid)" 1; do
		status_is 1 _as_monitor kill -0 "$pid"
		status_is 1 _as_monitor "$helper" trace_process "$pid"
	done
}

# Without a filter, with all capabilities of the user namespace, in the jail.
_as_root_inside() { # COMMAND...
	nsenter --all --target "$init" "$@"
}

all_capabilities_give_no_power_over_a_mount_an_interface_or_the_host_name() {
	prepare_escape
	connect alice alice
	init=$(init_of_jail "$(pgrep -u alice -n)")
	_as_root_inside grep '^CapEff:	000001ffffffffff$' /proc/self/status
	_as_root_inside grep '^Seccomp:	0$' /proc/self/status
	while read -r attempt; do
		# shellcheck disable=SC2086
		in_chroot $attempt
		# shellcheck disable=SC2086
		status_is 1 _as_root_inside sh -c "cd /tmp && exec /home/alice/try_escape $attempt"
	done <<-END
		mount_type tmpfs
		mount_type proc
		mount_type sysfs
		mount_type cgroup2
		bind
		new_mount_calls
		open_tree
		unmount /proc
		remount
		mount_attributes
		pivot_root
		make_device
		set_host_name
		set_interface
		join_namespaces
		join_first_process
		open_for_writing /proc/sys/kernel/core_pattern
		open_for_writing /proc/sys/vm/overcommit_memory
	END
	in_chroot uncover /home
	for place in / /home/alice /tmp /proc /proc/keys /dev/pts; do
		status_is 1 _as_root_inside /home/alice/try_escape unmount "$place"
		status_is 1 _as_root_inside /home/alice/try_escape uncover "$place"
	done
	status_is 1 _as_root_inside /home/alice/try_escape write_root
	as alice true
}

# uid 0, where the policy lets uid 0 in, is the same nobody.
uid_0_of_a_jail_is_nobody_on_the_host() {
	prepare_escape
	in_jail=(jailctl exec --policy nobody jailroot --)
	is "$("${in_jail[@]}" id -u)" 0
	is "$("${in_jail[@]}" awk '{ print $1, $3 }' /proc/self/uid_map)" "0 1"
	"${in_jail[@]}" touch /tmp/made
	fails "${in_jail[@]}" touch /home/jailroot/made
	fails "${in_jail[@]}" touch /run/made
	status_is 1 "${in_jail[@]}" /home/jailroot/try_escape become 2001 # escape-*.t try the rest
}

# --- nested = yes ------------------------------------------------------------------

# bwrap and its libraries, in the home: images need not have them.
_prepare_nested() {
	prepare_escape
	keep /etc/jail.conf
	echo 'policy "nested" { inherit = "customer"  nested = yes }' >>/etc/jail.conf
	install -d -o alice /home/alice/bw
	finally rm -r /home/alice/bw
	ldd /usr/bin/bwrap | awk '$3 ~ "^/" { print $3 }' |
		xargs cp -t /home/alice/bw /usr/bin/bwrap
	bwrap='LD_LIBRARY_PATH=$HOME/bw exec ~/bw/bwrap'
}

_in_nested() { # SCRIPT
	jailctl exec --policy nested alice -- sh -c "$1"
}

bubblewrap_runs_where_the_policy_says_nested() {
	_prepare_nested
	sandbox="$bwrap --unshare-all --ro-bind / / --dev /dev --tmpfs /tmp --hostname inner"
	fails as alice "$sandbox true"
	is "$(_in_nested "$sandbox sh -c 'hostname; id -u; echo written >/tmp/x; cat /tmp/x'")" "inner
2001
written"
	status_is 3 _in_nested "$sandbox sh -c 'exit 3'"
	fails _in_nested "$sandbox --proc /proc true"
	jailctl explain alice --policy nested --syscall mount | grep '^nested.list:[0-9]*: mount '
	status_is 1 jailctl explain alice --syscall mount
}

root_of_a_nested_namespace_has_power_over_nothing_that_was_there() {
	_prepare_nested
	sandbox="$bwrap --unshare-user --uid 0 --cap-add ALL --dev-bind / /"
	_in_nested './try_escape user_namespace'
	is "$(_in_nested "$sandbox sh -c 'id -u; grep ^CapEff: /proc/self/status'")" "0
CapEff:	000001ffffffffff"
	_in_nested "$sandbox ./try_escape mount_namespace"
	while read -r attempt; do
		status_is 1 _in_nested "$sandbox ./try_escape $attempt"
	done <<-END
		uncover /
		uncover /home/alice
		uncover /proc
		uncover /proc/keys
		remount
		mount_attributes
		write_root
		make_device
		join_namespaces
		join_first_process
		init_exe
		proc_links
		set_host_name
		set_interface
		become 2002
		mount_type proc
		mount_type sysfs
		mount_type cgroup2
		keyring
		open_for_writing /proc/sys/kernel/core_pattern
		open_for_writing /proc/sys/vm/overcommit_memory
		open_for_writing /proc/sys/net/ipv4/ip_forward
		open_for_writing /proc/sysrq-trigger
	END
}

# /proc can be written there, where its files allow it.
the_switches_of_the_kernel_stay_the_hosts_where_proc_can_be_written() {
	_prepare_nested
	background jailctl exec --policy nested alice -- sh -c 'touch ~/bw/is-up; exec sleep 1000'
	wait_for test -e /home/alice/bw/is-up
	init=$(init_of_jail "$(pgrep -u alice -n)")
	_as_root_inside sh -c 'echo 500 >/proc/self/oom_score_adj'
	fails _as_root_inside sh -c 'echo 300 >/proc/sys/kernel/ns_last_pid' # open to all, to open
	while read -r attempt; do
		status_is 1 _as_root_inside /home/alice/try_escape open_for_writing "$attempt"
	done <<-END
		/proc/sys/kernel/core_pattern
		/proc/sys/kernel/modprobe
		/proc/sys/kernel/shmmax
		/proc/sys/vm/overcommit_memory
		/proc/sys/net/ipv4/ip_forward
		/proc/sys/fs/pipe-max-size
		/proc/sysrq-trigger
		/proc/irq/default_smp_affinity
	END
}

# --- what refuses -----------------------------------------------------------------

a_damaged_index_refuses_and_says_so() {
	needs_jail
	baseline alice
	keep "$index"
	for damage in '' '2100000000' '2100000000\n2001\n' '2100000000\n0000002001\n0000002001\n' \
		'0000000000\n0000002001\n'; do
		printf '%b' "$damage" >"$index"
		is_refused alice 'user-namespace: ids: '
	done
	chmod 666 "$index"
	is_refused alice 'user-namespace: ids: not a file that root alone can write'
}

ids_of_somebody_else_are_given_to_nobody() {
	needs_jail
	baseline alice
	keep /etc/subuid
	finally rm -f "$index"
	echo "daemon:2099999990:65536" >>/etc/subuid
	echo "$first" >"$index"
	is_refused alice 'user-namespace: ids: id 2100000000 is taken .*/etc/subuid'
	is "$(cat "$index")" "$first"
	echo "0200000000" >"$index"
	is_jailed alice
	is "$(as alice 'awk "NR == 1 { print \$2 }" /proc/self/uid_map')" 200000000
}

an_image_that_cannot_be_mapped_refuses() {
	needs_jail
	baseline alice
	mkdir /run/empty
	mount -t overlay -o lowerdir=/var/lib/pam_jail/images/shell:/run/empty overlay \
		/var/lib/pam_jail/images/shell
	finally umount --lazy /var/lib/pam_jail/images/shell
	keep /etc/jail.conf
	baseline_now
	is_refused alice 'image: image shell.*: its file system knows no idmapped mounts'
	status_is 3 jailctl check >"$scratch/check"
	grep '^/etc/jail.conf:[0-9]*: policy "customer": image shell.* knows no idmapped mounts' \
		"$scratch/check"
	sed -i 's/^policy "customer" .*/&\npolicy "customer2" { inherit = "customer" user_namespace = no }/' \
		/etc/jail.conf
	jailctl exec --policy customer2 alice -- true
}

a_program_with_threads_is_refused() {
	needs_jail
	cp /etc/pam.d/su /etc/pam.d/threads
	mark_log
	is "$(python3 "$WORLD_CHECKOUT/tests/helpers/pam_with_threads.py" alice 1)" opened
	is "$(python3 "$WORLD_CHECKOUT/tests/helpers/pam_with_threads.py" alice 2)" refused
	logged 'refused alice .*alone: the calling process has more than one thread'
}

run_promises "$@"
