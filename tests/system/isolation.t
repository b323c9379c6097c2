#!/bin/bash
# A jailed user sees nothing of the neighbour and nothing of the host.
#
# What must be invisible is made first, and shown to be visible to its owner or
# to the same user outside; then it is looked for from inside.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

processes_of_the_host() {
	background sleep 98765
	seen_outside_not_inside alice 98765 'ps -ef'
	seen_outside_not_inside alice 'sleep 98765' 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" " "'
	seen_outside_not_inside alice vsftpd 'ps -e'
}

processes_of_the_neighbour() {
	background ssh bob@world 'exec sleep 54321'
	wait_for pgrep -u bob -f '^sleep 54321'
	seen_by_one_not_by_other bob alice 54321 'ps -ef'
	works_outside_fails_inside alice "test -d /proc/$(pgrep -u bob -f '^sleep 54321')"
	needs_jail
	is "$(as alice 'ps -e -o user= | sort -u | grep -v -e alice -e root')" ""
}

files_of_the_host() {
	echo host >/var/tmp/host-file
	echo host >/tmp/host-file
	echo host >/srv/host-file
	local path
	for path in /var/tmp/host-file /tmp/host-file /srv/host-file \
		/etc/pam.d/sshd /etc/ssh/sshd_config "$WORLD_LOG" /var/lib/dpkg/status; do
		works_outside_fails_inside alice "test -e $path"
	done
}

files_of_the_neighbour() {
	chmod 755 /home/bob
	echo bob >/home/bob/file
	works_outside_fails_inside alice 'cat /home/bob/file'
	connect bob bob
	within bob 'echo bob >/tmp/bobs; echo bob >/var/tmp/bobs; chmod 666 /tmp/bobs /var/tmp/bobs'
	seen_by_one_not_by_other bob alice bobs 'ls /tmp /var/tmp'
	needs_jail
	is "$(as alice 'ls /home')" alice
}

names_of_users_and_groups() {
	local name
	for name in bob carol admin vsftpd ftp sshd; do
		grep -q "^$name:" /etc/passwd || continue
		works_outside_fails_inside alice "getent passwd $name"
		works_outside_fails_inside alice "grep -q ^$name: /etc/passwd"
	done
	works_outside_fails_inside alice 'getent group ftpusers'
	works_outside_fails_inside alice 'grep -w bob /etc/group'
	needs_jail
	is "$(as alice 'getent passwd alice | cut -d: -f1,6')" alice:/home/alice
}

mounts() {
	mkdir -p /srv/host-mount
	mount -t tmpfs secret-mount /srv/host-mount
	seen_outside_not_inside alice secret-mount 'cat /proc/self/mountinfo'
	seen_outside_not_inside alice world-etc 'cat /proc/self/mountinfo'
	needs_jail
	connect bob bob
	seen_by_one_not_by_other bob alice /home/bob 'cat /proc/self/mountinfo'
	# Nor one that is made while the jail is running: nothing propagates.
	connect alice alice
	mount -t tmpfs later-mount /srv/host-mount
	outside alice 'cat /proc/self/mountinfo' | grep -q later-mount
	fails within alice 'grep later-mount /proc/self/mountinfo'
	umount /srv/host-mount
	umount /srv/host-mount
}

abstract_sockets() {
	background perl -e "$_listen_abstract" host-abstract
	wait_for grep -q host-abstract /proc/net/unix
	seen_outside_not_inside alice host-abstract 'cat /proc/net/unix'
	works_outside_fails_inside alice "perl -e '$_connect_abstract' host-abstract"

	background ssh bob@world "perl -e '$_listen_abstract' bob-abstract"
	wait_for _bob_has_socket
	seen_by_one_not_by_other bob alice bob-abstract 'cat /proc/net/unix'
	as bob "perl -e '$_connect_abstract' bob-abstract"
	needs_jail
	fails as alice "perl -e '$_connect_abstract' bob-abstract"
}

sockets_in_the_file_system() {
	background perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Listen => 1, Local => "/run/host-socket") or die;
		sleep 1000'
	wait_for test -S /run/host-socket
	works_outside_fails_inside alice 'test -S /run/host-socket'
	listen_on_the_host host
	works_outside_fails_inside alice "$(ask "$listen_port")"
	seen_outside_not_inside alice "0100007F:$(printf %04X "$listen_port")" 'cat /proc/net/tcp'
}

network_interfaces() {
	ip link add host-veth type veth peer name host-peer
	seen_outside_not_inside alice host-veth 'cat /proc/net/dev'
	needs_jail
	is "$(as alice 'sed -n "s/ *\([a-z0-9]*\):.*/\1/p" /proc/net/dev')" lo
}

system_v_ipc_objects() {
	perl -e 'shmget(4242, 4096, 01666) // die; msgget(4243, 01666) // die; semget(4244, 1, 01666) // die'
	seen_outside_not_inside alice ' 4242 ' 'cat /proc/sysvipc/shm'
	seen_outside_not_inside alice ' 4243 ' 'cat /proc/sysvipc/msg'
	seen_outside_not_inside alice ' 4244 ' 'cat /proc/sysvipc/sem'
	connect bob bob
	within bob 'perl -e "shmget(2424, 4096, 01666) // die"'
	seen_by_one_not_by_other bob alice ' 2424 ' 'cat /proc/sysvipc/shm'
}

posix_shared_memory_and_message_queues() {
	echo host >/dev/shm/host-shm
	: >/dev/mqueue/host-queue
	works_outside_fails_inside alice 'cat /dev/shm/host-shm'
	works_outside_fails_inside alice 'test -e /dev/mqueue/host-queue'
	connect bob bob
	within bob 'echo bob >/dev/shm/bob-shm; chmod 666 /dev/shm/bob-shm'
	seen_by_one_not_by_other bob alice bob-shm 'ls /dev/shm'
}

devices() {
	local node
	for node in /dev/kmsg /dev/loop0 /dev/console /dev/fuse /sys/kernel; do
		works_outside_fails_inside alice "test -e $node"
	done
	needs_jail
	is "$(as alice 'for n in null zero full random urandom tty; do test -c /dev/$n || echo $n; done')" ""
}

terminals_of_others() {
	needs_jail
	background on_terminal ssh -tt bob@world cat <<-'END'
		set timeout -1
		expect eof
	END
	wait_for _bob_has_terminal
	works_outside_fails_inside alice 'test -n "$(ls /dev/pts | grep -v ptmx)"'
}

the_host_name_and_the_cgroup() {
	connect alice alice
	hostname renamed-host
	is "$(outside alice hostname)" renamed-host
	within alice hostname >"$scratch/name"
	hostname world
	needs_jail
	isnt "$(cat "$scratch/name")" renamed-host
	is "$(as alice 'cut -d: -f3 /proc/self/cgroup | sort -u')" /
}

the_uptime_is_of_the_jail() {
	needs_jail
	test "$(outside alice 'cut -d. -f1 /proc/uptime')" -gt 60
	wait_for has_no_process alice
	test "$(as alice 'cut -d. -f1 /proc/uptime')" -lt 60
}

the_home_is_the_only_thing_that_the_user_shares_with_the_host() {
	needs_jail
	echo from-host >/home/alice/from-host
	is "$(as alice 'cat from-host; echo from-jail >from-jail')" from-host
	is "$(cat /home/alice/from-jail)" from-jail
	fails as alice 'touch /usr/file'
	fails as alice 'touch /etc/file'
	fails as alice 'touch /run/file'
	fails as alice 'touch /home/file'
	fails as alice 'touch /file'
}

_listen_abstract='use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0);
	bind(S, pack_sockaddr_un("\0" . shift)) or die $!; listen(S, 9); accept(C, S) while 1'
_connect_abstract='use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0);
	connect(S, pack_sockaddr_un("\0" . shift)) or die $!'

_bob_has_socket() {
	as bob 'grep -q bob-abstract /proc/net/unix'
}

_bob_has_terminal() {
	as bob 'ls /dev/pts | grep -q 0'
}

run_promises "$@"
