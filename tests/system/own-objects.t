#!/bin/bash
# Objects of the kernel that have no place in a file system belong to one jail:
# keyrings, message queues, semaphores, shared memory; and abstract sockets, on
# the host's network, too. (isolation.t has what belongs to the network.)
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

# su has no pam_keyinit. The filter refuses keyctl(2), so one that does not shows
# what stands behind it: what root's keyring holds is nobody's in a jail.
a_session_has_a_keyring_of_its_own() {
	needs_jail
	_with_policy 'seccomp = "keys"'
	printf 'keyctl # for this test\ninclude base # all else\n' \
		>/usr/share/pam_jail/policies/seccomp/keys.list
	local find='syscall(250, 10, -3, my $t = "user", my $n = "host-secret", 0) >= 0 or exit 3'
	cat >"${scratch:?}/as_root" <<-END
		syscall(250, 1, 0, 0, 0, 0) > 0 or die "join: \$!";
		syscall(248, my \$t = "user", my \$n = "host-secret", my \$p = "x", 1, -3) > 0 or die "add: \$!";
		exec @ARGV;
	END
	perl "$scratch/as_root" setpriv --reuid=alice --regid=alice --clear-groups perl -e "$find"
	status_is 3 perl "$scratch/as_root" su alice -c "perl -e '$find'"
	status_is 3 perl "$scratch/as_root" jailctl exec alice -- perl -e "$find"
}

objects_of_the_host_by_their_keys() {
	perl -e 'shmget(5242, 4096, 01666) // die; msgget(5243, 01666) // die; semget(5244, 1, 01666) // die'
	works_outside_fails_inside alice "perl -e 'shmget(5242, 0, 0) // exit 1'"
	works_outside_fails_inside alice "perl -e 'msgget(5243, 0) // exit 1'"
	works_outside_fails_inside alice "perl -e 'semget(5244, 0, 0) // exit 1'"
	perl -e "$_make_queue" host-queue
	works_outside_fails_inside alice "perl -e '$_open_queue' host-queue"
}

objects_of_the_neighbour_by_their_keys() {
	connect bob bob
	within bob 'perl -e "shmget(6242, 4096, 01666) // die; msgget(6243, 01666) // die; semget(6244, 1, 01666) // die"'
	within bob "perl -e '$_make_queue' bob-queue"
	local open
	for open in 'shmget(6242, 0, 0)' 'msgget(6243, 0)' 'semget(6244, 0, 0)'; do
		as bob "perl -e '$open // exit 1'"
		[ "$WORLD_JAILED" = no ] || fails as alice "perl -e '$open // exit 1'"
	done
	as bob "perl -e '$_open_queue' bob-queue"
	[ "$WORLD_JAILED" = no ] || fails as alice "perl -e '$_open_queue' bob-queue"
}

# erin's jail has the network of the host.
on_the_hosts_network_no_abstract_socket_of_the_host_answers() {
	_needs_scopes
	background perl -e "$_listen" stream-of-the-host
	background perl -e "$_listen" datagram-of-the-host SOCK_DGRAM
	wait_for _listens stream-of-the-host
	wait_for _listens datagram-of-the-host
	local talk
	for talk in "perl -e '$_talk' stream-of-the-host" \
		"perl -e '$_talk' datagram-of-the-host SOCK_DGRAM" \
		"perl -e '$_send' datagram-of-the-host"; do
		works_outside_fails_inside erin "$talk"
		needs_jail
		fails su erin -c "$talk"
		fails jailctl exec erin -- sh -c "$talk"
	done
}

# Each session is a Landlock domain: known, and the price.
on_the_hosts_network_abstract_sockets_are_of_one_session() {
	needs_jail
	_needs_scopes
	as erin "perl -e '$_listen' of-erin & until perl -e '$_talk' of-erin; do :; done; kill \$!"
	background ssh erin@world "perl -e '$_listen' of-erin"
	wait_for _listens of-erin
	fails as erin "perl -e '$_talk' of-erin"
	# while sockets with a name in the file system are of the jail
	background ssh erin@world 'exec python3 -c "import socket; s = socket.socket(socket.AF_UNIX);
s.bind(\"socket\"); s.listen(); s.accept()"'
	wait_for test -S /home/erin/socket
	as erin 'python3 -c "import socket; socket.socket(socket.AF_UNIX).connect(\"socket\")"'
}

# A domain may be traced from itself only, and seen and signalled from everywhere.
on_the_hosts_network_a_debugger_works_within_its_session() {
	needs_jail
	_needs_scopes
	_with_policy 'network = host  seccomp = "build"'
	install -o alice "$helper" /home/alice
	as alice './try_escape trace_child'
	as alice 'sleep 1000 & ./try_escape trace_process $!; kill $!'
	background ssh alice@world 'exec sleep 54322'
	wait_for pgrep -u alice -f '^sleep 54322'
	status_is 1 as alice './try_escape trace_process $(pgrep sleep)'
	as alice 'ps -ef' | grep 'sleep 54322'
	as alice 'pkill sleep'
	wait_for _nobody_sleeps
}

# What a kernel without them means, check says; of other policies nothing.
check_warns_where_the_kernel_has_no_scopes() {
	needs_jail
	local lists=/usr/share/pam_jail/policies/seccomp
	printf '%s # for this test\n' 'landlock_create_ruleset EOPNOTSUPP' open_tree \
		mount_setattr 'include base' >"$lists/old.list"
	sed '/dev/d; /build/d' /etc/jail.conf >"$scratch/jail.conf"
	_needs_scopes
	jailctl check "$scratch/jail.conf" >"$scratch/out"
	fails grep warning "$scratch/out"
	_on_an_old_kernel jailctl check "$scratch/jail.conf" >"$scratch/out"
	grep -E '^warning: .*: policy "open": network = host: .*abstract sockets' "$scratch/out"
	fails grep 'policy "customer"' "$scratch/out"
	grep ' is in order' "$scratch/out"
	_on_an_old_kernel jailctl check --json "$scratch/jail.conf" >"$scratch/out"
	python3 -c 'import json, sys; d = json.load(sys.stdin); assert not d["problems"] and len(d["warnings"]) == 2' \
		<"$scratch/out"
}

_on_an_old_kernel() { # COMMAND...
	ASAN_OPTIONS=detect_leaks=0 "$WORLD_CHECKOUT/build/tests/helpers/with_filter" \
		/usr/share/pam_jail/policies/seccomp old "$@"
}

_nobody_sleeps() {
	! pgrep -u alice sleep
}

# Linux 6.12; jailctl check tells it from below the filter of the test above.
_needs_scopes() {
	perl -e 'exit(syscall(444, 0, 0, 1) < 6)' || skip "Landlock of this kernel has no scopes"
}

_listens() { # NAME
	grep -q "@$1\$" /proc/net/unix
}

_listen='use Socket; my $t = $ARGV[1] ? SOCK_DGRAM : SOCK_STREAM; socket(S, PF_UNIX, $t, 0);
	bind(S, pack_sockaddr_un("\0$ARGV[0]")) or die $!; listen(S, 9); sleep 1000'
_talk='use Socket; my $t = $ARGV[1] ? SOCK_DGRAM : SOCK_STREAM; socket(S, PF_UNIX, $t, 0);
	connect(S, pack_sockaddr_un("\0$ARGV[0]")) or die $!'
_send='use Socket; socket(S, PF_UNIX, SOCK_DGRAM, 0);
	send(S, "x", 0, pack_sockaddr_un("\0$ARGV[0]")) or die $!'
_make_queue='umask 0; syscall(240, my $n = shift, 0102, 0666, 0) >= 0 or die $!'
_open_queue='syscall(240, my $n = shift, 2, 0, 0) >= 0 or die $!'

# A policy of its own for the customers.
_with_policy() { # OPTIONS
	wait_for _customers_are_out
	finally wait_for _customers_are_out
	keep /etc/jail.conf
	sed -i '/^assign "customers"/s/policy = "customer"/policy = "other"/' /etc/jail.conf
	echo "policy \"other\" { inherit = \"customer\"  $1 }" >>/etc/jail.conf
}

_customers_are_out() { # and their jails gone; erin's lingers
	! supervisor_of alice && ! supervisor_of bob
}

run_promises "$@"
