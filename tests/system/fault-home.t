#!/bin/bash
# The home is the user's: what it is, where it leads and whether it answers is
# hostile until looked at. Nobody else waits for it. The same goes for what a policy
# mounts beside it.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

a_missing_home() {
	home_is_refused 'home: open /home/alice at alice: No such file or directory' true
}

a_home_of_somebody_else() {
	home_is_refused 'home: /home/alice is owned by uid 2002, not by the user' \
		install -d -o bob /home/alice
}

a_home_of_root() {
	home_is_refused 'home: /home/alice is owned by uid 0, not by the user' \
		install -d -o root /home/alice
}

a_home_that_is_a_file() {
	home_is_refused 'home: /home/alice: Not a directory' install -o alice /dev/null /home/alice
}

# /home is root's, so a link in it is followed where it is root's own, ...
a_home_that_root_linked_elsewhere() {
	needs_jail
	mv /home/alice /srv/alice
	finally _move_back
	ln -s /srv/alice /home/alice
	is "$(as alice 'stat -c %u ~ && grep -c " /home/alice " /proc/mounts')" "2001
1"
}

_move_back() {
	rm -f /home/alice
	mv /srv/alice /home/alice
}

# ... but what is found behind it has to be the user's.
a_home_that_leads_to_the_system() {
	home_is_refused 'home: /home/alice is a directory of the system' ln -s /etc /home/alice
}

a_home_that_leads_to_somebody_else() {
	home_is_refused 'home: /home/alice is owned by uid 2002' ln -s /home/bob /home/alice
}

hostile_contents_change_nothing() {
	needs_jail
	baseline alice
	outside alice 'mkdir -p hostile && cd hostile && mkfifo .profile fifo && ln -s /proc/1/root out &&
		touch "new
line" "$(printf "esc\\033[2J")" && truncate -s 1T sparse && ln -s loop loop &&
		d=. && for i in $(seq 200); do d=$d/d; done && mkdir -p $d'
	finally rm -rf /home/alice/hostile
	is_jailed alice
	is "$(as alice 'ls hostile/out/ 2>&1 | head -c 4')" 'ls: '
	back_to_baseline
}

_hang_home() {
	[ -e /dev/fuse ] || skip "no /dev/fuse"
	lonely_pam
	background "$WORLD_CHECKOUT/build/tests/helpers/hung_fuse" /home/alice
	hung=$!
	finally umount --lazy /home/alice
	wait_for grep -q ' /home/alice fuse' /proc/mounts # a look would hang
}

a_hung_home_is_refused_in_bounded_time() {
	needs_jail
	baseline alice bob
	_hang_home
	mark_log
	background ssh -o BatchMode=yes alice@world true
	login=$!
	wait_for supervisor_of alice
	is_jailed bob # while alice waits
	status_is 254 wait "$login"
	wait_for logged 'refused.*user alice .*home: it did not answer'
	kill "$hung"
	umount --lazy /home/alice
	back_to_baseline
	is_jailed alice
}

# The child that hangs in the home has a copy of the supervisor's descriptors:
# with the listening socket among them, logins would queue for nobody.
a_supervisor_killed_while_the_home_hangs_has_a_successor() {
	needs_jail
	gone_within_5_s alice # the one to kill is the next one
	_hang_home
	background ssh -o BatchMode=yes alice@world true
	wait_for supervisor_of alice >"$scratch/supervisor"
	wait_for _has_a_child "$(cat "$scratch/supervisor")"
	kill -9 "$(cat "$scratch/supervisor")"
	umount --lazy /home/alice # the child hangs on
	is_jailed alice
}

_has_a_child() { # PID
	[ "$(pgrep -P "$1" | wc -l)" -ge 2 ] # init and the one that hangs
}

# --- beside the home ---------------------------------------------------------

_answers() { # PATH
	background perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Listen => 1, Local => $ARGV[0]) or die;
		chmod 0666, $ARGV[0];
		while (my $client = $socket->accept) { print $client "the host\n" }' "$1"
	finally rm -f "$1"
	wait_for test -S "$1"
}

_hear='use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0);
	connect(S, pack_sockaddr_un(shift)) or die $!; print <S>'

a_socket_that_the_policy_names_answers() {
	needs_jail
	_answers /srv/socket
	_answers /srv/other
	fails as alice "perl -e '$_hear' /srv/socket"
	policy_with 'socket "/srv/socket" { }  socket "/srv/other" { target = "/run/host/socket" }'
	is "$(as alice "perl -e '$_hear' /srv/socket")" 'the host'
	is "$(as alice "perl -e '$_hear' /run/host/socket")" 'the host'
}

a_socket_that_is_none() {
	needs_jail
	baseline alice
	policy_with 'socket "/srv/host-socket" { }'
	is_refused_a_session alice 'socket: open /srv/host-socket at host-socket: No such file'
	finally rm -f /srv/host-socket
	touch /srv/host-socket
	is_refused_a_session alice 'socket: /srv/host-socket: Socket operation on non-socket'
}

a_mount_of_somebody_else() {
	needs_jail
	baseline alice
	install -d -o bob /srv/data
	finally rmdir /srv/data
	policy_with 'mount "/srv/data" { }'
	is_refused_a_session alice 'mount: /srv/data is owned by uid 2002, not by the user'
}

a_mount_of_the_system() {
	needs_jail
	baseline alice
	policy_with 'mount "/etc" { target = "/srv/etc" }'
	is_refused_a_session alice 'mount: /etc is a directory of the system'
}

run_promises "$@"
